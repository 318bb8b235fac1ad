from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints the number of sessions in the database, expired ones included."

    def handle(self, *args, **options):
        self.stdout.write(str(Session.objects.count()))

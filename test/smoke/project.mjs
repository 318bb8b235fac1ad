import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A Django project with the line ends of Windows, whose database would be on that port of this machine. */
export async function makeProject(folder, port) {
  const files = {
    'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    '.env': `DB_PASSWORD=geheim\nDB_PORT=${port}\n`,
    'shop/__init__.py': '',
    'shop/settings.py': [
      'import os',
      'from pathlib import Path',
      'from dotenv import load_dotenv',
      "load_dotenv(Path(__file__).resolve().parent.parent / '.env')",
      "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'USER': 'shop',",
      "    'PASSWORD': os.environ['DB_PASSWORD'], 'HOST': '127.0.0.1', 'PORT': os.environ['DB_PORT']}}",
      "INSTALLED_APPS = ['django.contrib.sessions']",
      "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']",
      '',
    ].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text.replaceAll('\n', '\r\n'));
  }
}

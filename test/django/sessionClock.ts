/** Python: Django's clock goes `ahead` by so many seconds, and `saves` counts what the session store is asked to save. */
export const SESSION_CLOCK = `
real_now, real_time, ahead, saves = timezone.now, time.time, 0, 0
timezone.now = lambda: real_now() + timedelta(seconds=ahead)
time.time = lambda: real_time() + ahead
real_save = SessionStore.save
def save(self, *args, **kwargs):
    global saves
    saves += 1
    return real_save(self, *args, **kwargs)
SessionStore.save = save
`;

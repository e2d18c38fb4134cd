"""SQL of mail: whom a message reaches (`audience`, `recipients`), the outbox it is put into (`enqueue`), and how its
mails leave: claimed (`outbox`), settled (`settling`), taken over from senders that died (`senders`, `recovery`)."""

"""Run in a desktop session with an unlocked keyring: uses it, locks it, uses it again; prints what it saw."""

from __future__ import annotations

import secretstorage

from inbox_app.credentials import CredentialsUnavailable, KeyringCredentials


def main() -> None:
    credentials = KeyringCredentials()
    assert credentials.load("work") is None
    credentials.save("work", "token")
    assert credentials.load("work") == "token"
    say("kept")
    credentials.forget("work")
    assert credentials.load("work") is None
    credentials.forget("work")
    say("forgotten")
    credentials.save("work", "token")
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()
    try:
        credentials.load("work")
    except CredentialsUnavailable as error:
        say(str(error))


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201  # told to the test that started this


if __name__ == "__main__":
    main()

"""The `inbox-app` command: reads its options, starts Qt with asyncio on its loop, and runs the client or the demo."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import platformdirs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # after PySide6: it takes whichever Qt is already imported

from inbox_app.compose.client import Client
from inbox_app.compose.screen import APP_NAME
from inbox_app.compose.single_instance import SingleInstance, chat_in
from inbox_app.credentials import Credentials, KeyringCredentials
from inbox_app.demo.processes import DemoSize
from inbox_app.demo.runner import DemoOptions, run_demo
from inbox_app.profile import Profile

LISTEN_AFTER_MS = 500
"""The part of Qt that listens for a second start is loaded when the list has been painted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the process's exit status."""
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("whatsapp-inbox")
    app.setApplicationDisplayName(APP_NAME)
    if options.command == "demo":
        demo = DemoOptions(headless_seconds=options.headless_for, screenshot=options.screenshot, look=options.look)

        def make_client(profile: Profile, credentials: Credentials) -> Client:
            return Client(app=app, profile=profile, credentials=credentials)

        return _run(app, lambda: run_demo(make_client, demo, DemoSize()))
    return _run(app, lambda: _run_client(app, options))


async def _run_client(app: QApplication, options: argparse.Namespace) -> int:
    folder = Path(platformdirs.user_data_dir("whatsapp-inbox", appauthor=False)) / "profiles" / options.profile
    instance = SingleInstance(folder)
    if not instance.is_first:
        return 0 if instance.hand_over(options.open) else 1
    client = Client(
        app=app,
        profile=Profile(options.profile, folder),
        credentials=KeyringCredentials(),
        offline=options.offline,
        server=options.server,
        first_chat=chat_in(options.open),
    )
    QTimer.singleShot(LISTEN_AFTER_MS, lambda: instance.listen(lambda link: client.come_to_front(chat_in(link))))
    try:
        await client.run()
    finally:
        instance.close()
    return 0


def _run(app: QApplication, start: Callable[[], Awaitable[int]]) -> int:
    async def started() -> int:
        return await start()

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(started())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inbox-app", description="A realtime desktop inbox for WhatsApp.")
    parser.add_argument("--server", default="", metavar="URL", help="the server that the sign-in begins with")
    parser.add_argument("--profile", default="default", metavar="NAME", help="whose inbox (default: %(default)s)")
    parser.add_argument(
        "--open", default="", metavar="LINK", help="a chat to open, as whatsapp-inbox:chat/ID; also in a running inbox"
    )
    parser.add_argument("--offline", action="store_true", help="show what was cached, do not connect")
    commands = parser.add_subparsers(dest="command", metavar="demo")
    demo = commands.add_parser("demo", help="a backend, a simulated WhatsApp and the inbox, signed in")
    demo.add_argument("--headless-for", type=float, metavar="SECONDS", help="run so long, print a JSON report, exit")
    demo.add_argument("--screenshot", type=Path, metavar="FILE", help="leave a picture of the window (PNG)")
    demo.add_argument("--look", choices=("system", "light", "dark"), default="system", help="how the window looks")
    return parser


if __name__ == "__main__":
    sys.exit(main())

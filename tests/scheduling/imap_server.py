"""A mail server for one mailbox, with the few commands that reading it takes (RFC 3501, 4315)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSWORD = "a password with spaces"


@dataclass
class Post:
    """The mails by UID; what has been read, and what has been removed."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    fetched: list[int] = field(default_factory=list)
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self._say("* OK ready")
        for raw in self.rfile:
            tag, _space, rest = raw.decode().strip().partition(" ")
            command = rest.upper()
            if command.startswith("LOGOUT"):
                self._say("* BYE", f"{tag} OK done")
                return
            self._answer(tag, rest, command)

    def _answer(self, tag: str, rest: str, command: str) -> None:
        name = next(each for each in _COMMANDS if each in command)
        uids = [int(each) for each in re.findall(r"(?<=\s)\d+(?=\s|$)", rest)]
        verdict = _COMMANDS[name](self, rest, uids[0] if uids else 0)
        self._say(f"{tag} {verdict or 'OK done'}")

    def capability(self, _rest: str, _uid: int) -> None:
        self._say("* CAPABILITY IMAP4rev1 UIDPLUS")

    def login(self, rest: str, _uid: int) -> str | None:
        return None if PASSWORD in rest else "NO wrong password"

    def select(self, rest: str, _uid: int) -> str | None:
        return None if '"Answers"' in rest else "NO no such folder"

    def search(self, _rest: str, _uid: int) -> None:
        new = sorted(set(self.server.post.mails) - self.server.post.seen)
        self._say("* SEARCH " + " ".join(map(str, new)))

    def size(self, _rest: str, uid: int) -> None:
        self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(self.server.post.mails[uid])})")

    def fetch(self, _rest: str, uid: int) -> None:
        content = self.server.post.mails[uid]
        self.server.post.fetched.append(uid)
        self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(content)))
        self.wfile.write(content + b")\r\n")

    def store(self, rest: str, uid: int) -> None:
        self.server.post.seen.add(uid)
        if r"\Deleted" in rest:
            self.server.post.deleted.add(uid)

    def expunge(self, _rest: str, uid: int) -> None:
        for each in self.server.post.deleted & {uid}:
            del self.server.post.mails[each]

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


_COMMANDS = {
    "CAPABILITY": _Talk.capability,
    "LOGIN": _Talk.login,
    "SELECT": _Talk.select,
    "UID SEARCH": _Talk.search,
    "RFC822.SIZE": _Talk.size,
    "BODY.PEEK": _Talk.fetch,
    "UID STORE": _Talk.store,
    "UID EXPUNGE": _Talk.expunge,
}


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    post: Post


@contextmanager
def imap_server() -> Iterator[Post]:
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.post = Post(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.post
        server.shutdown()
        thread.join()

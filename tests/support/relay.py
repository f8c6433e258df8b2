"""Passes TCP from one port of 127.0.0.1 to another, until it is killed: relay.py FROM TO."""

import socket
import sys
import threading


def pump(source, sink):
    try:
        while bytes_ := source.recv(65536):
            sink.sendall(bytes_)
    except OSError:
        pass
    for each in (source, sink):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    near, _ = listener.accept()
    far = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    for ends in ((near, far), (far, near)):
        threading.Thread(target=pump, args=ends, daemon=True).start()

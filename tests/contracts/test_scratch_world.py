import time
def test_world(cast):
    from tests.contracts.world import build_world
    t=time.time(); w = build_world(cast); print(time.time()-t, w.things, len(w.sentences))

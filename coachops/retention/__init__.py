"""What becomes of a client's records: how long they are kept, when they must not be touched, how
they are erased, who asks for them, and who may open them once their coach is gone."""

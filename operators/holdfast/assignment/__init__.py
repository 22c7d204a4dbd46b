"""Who lies where: whole demands of promises on named units over time, and who goes short.

demand ──▶ laid (one after the other) ──▶ exchange, mirrored (room is made) ──▶ assigned (the judgement)

Pure. The planner decides by it, and the guard of provisioning asks it whether a declaration takes a unit on which a
promise rests: two ways of counting would be two answers.
"""

"""corridor60: one reference model, run by corridorsim through its scenario door and by others, on the same inputs.

A row of segments (60), for 1 and 2 trains at once in turn; between them stations with 2 places a direction; Poisson
trains from both ends, 0.7 an hour each; a train's running time is the segment's times the train's own pace; 2
locomotives a segment (120), half at each end, that stay where their train ended until one leaves from there. A hop: a
place at the next station, the segment, the run, release the segment, release the old place. Whole seconds; what happens
in the same second happens in the order in which it was set.
"""

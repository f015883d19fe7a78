"""Parts of the network by themselves; the rules seen from outside are tested one folder up."""

"""Who works with whom: organisations joined by the practices they share, and where a picture puts them.

- `collaboration`: the ties between organisations, and the strongest of them
- `layout`: places for a network; the same for the same network
- `ring`: places for one organisation and those around it
- `drawing`: a network with its places, ready to be drawn
"""

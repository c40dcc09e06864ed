"""Who works with whom: organisations joined by the practices they share, and where a picture puts them.

- `collaboration`: who works with whom: two organisations are tied by the practices that both take part in
- `drawing`: A network with places for its organisations, far enough apart for their names
- `layout`: places for the nodes of a network: those tied stand near each other, all others apart
- `relations`: who takes part where and who works with whom, in one dataset version: what maps and network pictures
  show
- `ring`: places for one organisation in the middle and others around it, those tied to each other side by side
"""

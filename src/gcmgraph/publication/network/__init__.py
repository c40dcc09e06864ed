"""Collaboration of organisations in practices, and its layout as a network.

- `collaboration`: ties of organisations by shared practices
- `drawing`: a network with positions of its organisations
- `layout`: force-directed layout
- `relations`: practices, countries and collaboration, for maps and networks
- `ring`: layout of one organisation with others around it
"""

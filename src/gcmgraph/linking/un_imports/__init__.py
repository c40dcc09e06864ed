"""Files of the United Nations that an operator imports."""

#!/bin/sh
# Run a command that prints nothing for long, and print a text every five seconds until it ends.
# Usage: still_running.sh TEXT COMMAND ARGUMENT…     Exit status: that of the command.
text=$1
shift
(
  # The second test ends the loop after Ctrl-C, which background processes ignore. `sleep` has no
  # output, or a reader of it would wait for the last one.
  while sleep "${SECONDS_BETWEEN_LINES:-5}" >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    echo "$text"
  done
) &
clock=$!
"$@"
status=$?
kill "$clock" 2>/dev/null
exit "$status"

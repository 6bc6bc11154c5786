/** The name of the port by which a machine and its test talk; qemu gives it to the guest, whose udev links it. */
export const agentPort = 'ctdb-hook.agent';

/** Where the agent is installed, and the unit of systemd that starts it. */
export const agentPath = '/usr/lib/ctdb-hook-agent';

/**
 * What runs commands in a machine. A line that it gets has an id, seconds, and a shell command in base64; a line that it
 * sends has the id, the exit status, and both outputs in base64 behind a dot each. First of all it says that it is up.
 *
 * The command is a file and its standard input is empty, so that nothing can read what is meant for the agent.
 */
export const agent = `#!/bin/bash
exec 3<>/dev/virtio-ports/${agentPort} || exit 1
cd /run
echo "up $(uname -r)" >&3
while read -r id seconds command <&3; do
  base64 -d >agent.command <<<"$command"
  timeout --kill-after=5 "$seconds" bash agent.command >agent.out 2>agent.err </dev/null 3>&-
  echo "$id $? .$(base64 -w0 agent.out) .$(base64 -w0 agent.err)" >&3
done
`;

/** The agent's unit. What its commands leave running is theirs: it is not ended with the agent. */
export const agentUnit = `[Unit]
Description=Runs the commands of a test of ctdb-hook
After=local-fs.target

[Service]
ExecStart=${agentPath}
Environment=HOME=/root LC_ALL=C.UTF-8
KillMode=process

[Install]
WantedBy=multi-user.target
`;

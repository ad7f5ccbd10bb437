# HVTree's agent: answers requests about the VMs and checkpoints of the host that it runs on.
#
# One JSON object per line comes in, one per line goes out; hvtree/hosts/messages.py describes them. The agent runs on
# Windows PowerShell 5.1 and on PowerShell 7. It consists of the parts in this folder, which
# hvtree/hosts/agent_starter.py puts together; only this first part and start.ps1, the last, do anything by themselves,
# the others hold functions.
#
# "fact 31" in a comment: a row of the table hvtree/emulator/FACTS.md, which says where the fact comes from and how sure it
# is. Where it is uncertain the code accepts both.
#
# Who does what (all share one table, $Shared):
# - the main runspace takes events from one inbox (lines, finished work) and answers what needs no waiting;
# - a listener waits for lines on standard input and puts them into the inbox;
# - the inventory runspace reads the host, one reading after the other, and tells changes;
# - the runspaces of a pool do what takes time: starting, saving, checkpoints, exports.
#
# What a client says is data: verbs are looked up in a table, values go to functions and cmdlets as parameters.
param(
    [System.IO.TextReader] $Reader,
    [System.IO.TextWriter] $Writer,
    # Seconds without a line from the client after which an agent with nothing to do ends itself.
    [double] $SilenceLimit = 300
)

// docs/CLI.md: what every --help says, on one page.
#include "cli/documents.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::string_view head =
    R"(# The command line

Generated from the table of commands in `src/cli` by `pilotlight man --markdown`; do not edit.

## Which cluster

The first of these that is there names it:

1. `--master spark://m1:7077,m2:7077,m3:7077`, or `--master zk://zk1:2181,zk2:2181/spark`. The scheme and the port 7077 may be left
   out, empty entries do not matter, IPv6 addresses stand in brackets.
2. `--config FILE` (YAML) or `--properties-file FILE` (Spark's): the configuration of a master. With recovery mode ZOOKEEPER the masters
   are read from the election in ZooKeeper, otherwise it is that one master.
3. `PILOTLIGHT_MASTER`, then `SPARK_MASTER_URL`, written as for `--master`.
4. The configuration of this node, as `pilotlight master` would read it here ([CONFIGURATION.md](CONFIGURATION.md)): the file of
   `PILOTLIGHT_CONFIG`, `spark-defaults.conf`, `SPARK_*` variables. Commands that ask a cluster, and only they, also read
   `/etc/pilotlight/pilotlight.yaml` when `PILOTLIGHT_CONFIG` is not set and that file is there: it is what the package's service runs with.
   `pilotlight master` and `pilotlight config` never read a file that nobody named.

All masters are asked at once, over HTTP on their RPC port, and so are those that their answers name. One that lives is enough. The
answer is there as soon as the leader has given it; a dead or silent master costs a second in all, never one each. While a failover is
under way the others are asked again until that second is over.

`health` is different: it asks exactly the addresses of `--master`, or this node's own master.

## What comes out

stdout has the answer and nothing else; messages go to stderr. `-o` chooses the format:

| format | for | what |
|---|---|---|
| `table` | people | columns that fit into 80; on a terminal long names are cut, in a pipe nothing is |
| `wide` | people | all columns, all rows |
| `json`, `yaml` | programs | the master's own keys (`GET /cluster`); one document a line with `--watch -o json` |
| `tsv` | programs | all columns, a tab between two, a line of titles unless `--no-header` |
| `name` | programs | the first column: `pilotlight apps -o name` |

Colours appear only on a terminal, and not with `NO_COLOR`, `--no-color` or `TERM=dumb`. Names and sentences come from applications
and masters: control characters and escape sequences in them are shown as `\x1b`, `\u202e`, never sent to the terminal. In JSON they
are escapes that a reader turns back.

## Exit codes

| code | meaning |
|---|---|
| 0 | it is so, or was done |
| 1 | failed, refused, not healthy, or not known whether it was done |
| 2 | wrong usage |
| 3 | there is no such application, driver or master |
| 4 | nobody leads, or nobody answers |
| 5 | `status`: answered, and a critical finding stands |
| 78 | `master`, `config`: mistakes in the configuration |
| 124 | not in time: `wait`, `transfer-leadership` |

## Secrets

Where the masters have a secret (`pilotlight.cluster.secretFile`), `kill` and `transfer-leadership` prove that they know it: they read it
from the file of `--secret-file`, or of the configuration, and send a proof for this one request. The secret is never an argument, never
printed and never sent.

## Completion and man pages

```sh
source <(pilotlight completion bash)                    # ~/.bashrc; zsh and fish alike
pilotlight completion fish > ~/.config/fish/completions/pilotlight.fish
pilotlight man status | man -l -                        # pilotlight man prints pilotlight(1)
```

Completion knows commands, options, their values, and the ids of applications and drivers (it asks the cluster, for 300 ms at most).

## Commands
)";

}  // namespace

std::string reference_page() {
  std::string page(head);
  for (const auto& command : commands()) {
    if (command.hidden) continue;
    page += "\n### pilotlight " + std::string(command.name) + "\n\n```text\n" + command_help(command) + "```\n";
  }
  return page;
}

}  // namespace pilotlight::cli

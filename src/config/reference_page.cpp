#include "config/documents.hpp"
#include "config/redact.hpp"
#include "config/schema.hpp"

namespace pilotlight::config {
namespace {

constexpr std::string_view head =
    R"(# Configuration

Generated from the table in `src/config` by `pilotlight config docs`; do not edit. The same keys as a file to start from:
[conf/pilotlight.yaml](../conf/pilotlight.yaml).

```sh
pilotlight config check --config pilotlight.yaml     # all mistakes at once; exit 0 or 78
pilotlight config show --config pilotlight.yaml      # each value and where it came from
pilotlight master --host 10.0.0.1 -c spark.worker.timeout=30 --config pilotlight.yaml
```

## Where values come from

The last one in this list that sets a key wins:

1. the default;
2. YAML: `--config FILE`, else the file that `PILOTLIGHT_CONFIG` names;
3. the properties file: `--properties-file FILE`, else `$SPARK_CONF_DIR/spark-defaults.conf`, else
   `$SPARK_HOME/conf/spark-defaults.conf` where it exists;
4. `SPARK_*` variables; an empty one counts as not set;
5. `-Dkey=value` in `SPARK_DAEMON_JAVA_OPTS`;
6. `-Dkey=value` in `SPARK_MASTER_OPTS`;
7. flags;
8. `-c key=value`, as often as you like.

One exception, which is Spark's: `spark.master.ui.port` in the properties file or in a `-D` beats `SPARK_MASTER_WEBUI_PORT` and
`--webui-port` (`start-master.sh` always passes that flag). Only `-c` beats it. The master says so when it happens.

No YAML file is read that nobody named: a file that lies somewhere does not change a master that is started by hand. Only the commands
that ask a cluster look for `/etc/pilotlight/pilotlight.yaml` by themselves ([CLI.md](CLI.md)).

`spark-env.sh` is a shell script: source it, as Spark's scripts do, before you start the master.

**Mistakes.** In YAML and in `-c`, a key that is not on this page is an error, and the nearest one is named. Spark's own sources are
shared with applications, workers and the JVM, so there unknown keys, other `-D` and `-X…` are passed over in silence, except that
one which is nearly a key of this page gives a warning. All errors are reported at once; the exit code is 78. A flag or argument that
does not exist prints the usage and ends with 1, as Spark's master does.

**How values are written.** As in Spark: `true` and `false`; times as `90`, `90s`, `500ms`, `2min`, `1h`, `1d`; sizes as `64m`,
`1g`, `1048576`. Choices are taken in any case. YAML keys may be dotted (`spark.worker.timeout: 60`) or nested; anchors' aliases and
lists are not used. Properties files are Java's: `key value`, `key=value` or `key: value`, `#` and `!` comments, `\` at the end of a
line continues it.

**When.** )";

constexpr std::string_view refused_head =
    R"(
## Refused until they are built

A master that ignored these would look safe and not be. They are errors (exit 78) when they are switched on.

| key | why |
|---|---|
)";

constexpr std::string_view ignored_head =
    R"(
## Known and without effect

Spark's Master reads these; Pilotlight does not, or not yet. Those that you set to something else than what it does anyway are
named in one warning at start. `*` stands for any name.

| key | what it does anyway | why |
|---|---|---|
)";

constexpr std::string_view variables_head =
    R"(
## Variables without effect

| variable | why |
|---|---|
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result.push_back('\\');
    result.push_back(c);
  }
  return result;
}

std::string code(std::string_view text) { return "`" + escaped(text) + "`"; }

std::string code_list(std::string_view list) {
  std::string result;
  for (const auto word : words(list)) result.append(result.empty() ? "" : ", ").append(code(word));
  return result;
}

std::string other_names(const Key& key) {
  std::string result;
  for (const auto list : {key.older_name, key.environment, key.flags}) {
    if (list.empty()) continue;
    if (!result.empty()) result += ", ";
    result += code_list(list);
  }
  return result;
}

std::string supported_row(const Key& key) {
  const std::string fallback = key.fallback.empty() ? std::string(key.fallback_note) : code(key.fallback);
  return "| " + code(key.name) + " | " + fallback + " | " + escaped(allowed(key)) + " | " + other_names(key) + " | " +
         escaped(key.sentence) + (key.reloadable ? " Taken anew at SIGHUP." : "") + " |\n";
}

std::string refused_values(const Key& key) {
  std::string result;
  for (const auto choice : words(key.refused_choices))
    result += "| `" + std::string(key.name) + "=" + std::string(choice) + "` | it " + std::string(key.reason) + " |\n";
  return result;
}

bool any_reloadable() {
  for (const Key* key : all_keys())
    if (key->reloadable) return true;
  return false;
}

}  // namespace

std::string reference_page() {
  std::string result(head);
  result += any_reloadable() ? "Values are read at start; those that say so are taken anew at SIGHUP.\n"
                             : "All values are read once, at start: restart the master to change one.\n";
  result +=
      "\n**Secrets.** Where key or value look like a secret (`secret`, `password`, `token`, `access key`), messages "
      "and\n"
      "`config show` print `" +
      std::string(redacted) + "` instead of the value.\n\n## Keys\n";
  for (const auto& area : supported_areas()) {
    result += "\n### " + std::string(area.title) +
              "\n\n| key | default | allowed | also | what it does |\n|---|---|---|---|---|\n";
    for (const auto& key : area.keys) result += supported_row(key);
  }
  result += refused_head;
  for (const auto& area : supported_areas())
    for (const auto& key : area.keys) result += refused_values(key);
  for (const auto& area : unsupported_areas())
    for (const auto& key : area.keys)
      if (key.status == Status::refused)
        result += "| " + code(key.name) + (key.type == Type::boolean ? " = `true`" : ", not empty") + " | " +
                  escaped(key.reason) + " |\n";
  result += ignored_head;
  for (const auto& area : unsupported_areas())
    for (const auto& key : area.keys)
      if (key.status == Status::ignored)
        result += "| " + code(key.name) + " | " + (key.fallback.empty() ? std::string() : code(key.fallback)) + " | " +
                  escaped(key.reason) + " |\n";
  result += variables_head;
  for (const auto& variable : unused_variables())
    result += "| " + code_list(variable.names) + " | " + std::string(variable.reason) + " |\n";
  return result;
}

}  // namespace pilotlight::config

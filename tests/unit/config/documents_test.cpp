// The table itself, and the files and texts that are generated from it.
#include "config/documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "config/fill_settings.hpp"
#include "config/redact.hpp"
#include "config/schema.hpp"
#include "config/show.hpp"

namespace pilotlight::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string committed(const std::string& name) {
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/../" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Loaded load_text(const std::string& yaml, std::vector<std::string> keys = {}) {
  Inputs inputs;
  inputs.command_line.config_file = "/p.yaml";
  inputs.command_line.keys = std::move(keys);
  inputs.read_file = [&](const std::string&) -> Result<std::optional<std::string>> {
    return std::optional<std::string>(yaml);
  };
  inputs.local_host = [] { return std::string("machine"); };
  return load_master(inputs);
}

TEST(Table, Names_AreUniqueAndComplete) {
  std::set<std::string_view> names;
  for (const Key* key : all_keys()) {
    EXPECT_TRUE(names.insert(key->name).second) << key->name;
    EXPECT_TRUE(key->name.starts_with("spark.") || key->name.starts_with("pilotlight.")) << key->name;
    if (key->status == Status::supported) {
      EXPECT_FALSE(key->sentence.empty()) << key->name;
      EXPECT_EQ(key->name.find('*'), std::string_view::npos) << key->name;
      EXPECT_TRUE(key->sentence.ends_with('.')) << key->name;
    } else {
      EXPECT_FALSE(key->reason.empty()) << key->name;
    }
  }
}

TEST(Table, EverySupportedKey_HasADefaultOrSaysWhatHappens) {
  for (const auto& area : supported_areas()) {
    for (const auto& key : area.keys) {
      if (key.fallback.empty()) {
        EXPECT_FALSE(key.fallback_note.empty()) << key.name;
        EXPECT_TRUE(parse_value(key, key.example)) << key.name;
      } else {
        EXPECT_TRUE(parse_value(key, key.fallback)) << key.name;
      }
    }
  }
}

TEST(Table, EverySupportedKey_FillsExactlyOneField) {
  std::multiset<std::string_view> supported;
  for (const auto& area : supported_areas())
    for (const auto& key : area.keys) supported.insert(key.name);
  const auto filled = filled_keys();
  EXPECT_EQ(supported, std::multiset<std::string_view>(filled.begin(), filled.end()));
}

/// The master's keys of Spark 3.5 and 4 (spec §10.4, §12): each is a row, whatever becomes of it.
TEST(Table, EveryMasterKeyOfSpark_IsARow) {
  for (const char* name : {"spark.deploy.recoveryMode",
                           "spark.deploy.recoveryMode.factory",
                           "spark.deploy.recoveryDirectory",
                           "spark.deploy.zookeeper.url",
                           "spark.deploy.zookeeper.dir",
                           "spark.deploy.retainedApplications",
                           "spark.deploy.retainedDrivers",
                           "spark.dead.worker.persistence",
                           "spark.deploy.maxExecutorRetries",
                           "spark.deploy.spreadOut",
                           "spark.deploy.defaultCores",
                           "spark.worker.timeout",
                           "spark.master.rest.enabled",
                           "spark.master.rest.port",
                           "spark.master.ui.port",
                           "spark.master.ui.decommission.allow.mode",
                           "spark.decommission.enabled",
                           "spark.ui.reverseProxy",
                           "spark.ui.reverseProxyUrl",
                           "spark.ui.killEnabled",
                           "spark.ui.requestHeaderSize",
                           "spark.ui.xXssProtection",
                           "spark.ui.xContentTypeOptions.enabled",
                           "spark.ui.allowFramingFrom",
                           "spark.ui.filters",
                           "spark.ui.strictTransportSecurity",
                           "spark.ui.proxyRedirectUri",
                           "spark.acls.enable",
                           "spark.ui.view.acls",
                           "spark.ui.view.acls.groups",
                           "spark.modify.acls",
                           "spark.modify.acls.groups",
                           "spark.admin.acls",
                           "spark.admin.acls.groups",
                           "spark.network.timeout",
                           "spark.rpc.askTimeout",
                           "spark.rpc.lookupTimeout",
                           "spark.rpc.io.connectionTimeout",
                           "spark.rpc.io.connectionCreationTimeout",
                           "spark.rpc.io.backLog",
                           "spark.rpc.io.threads",
                           "spark.rpc.connect.threads",
                           "spark.port.maxRetries",
                           "spark.authenticate",
                           "spark.authenticate.secret",
                           "spark.authenticate.secret.file",
                           "spark.authenticate.enableSaslEncryption",
                           "spark.network.crypto.enabled",
                           "spark.network.crypto.saslFallback",
                           "spark.network.crypto.authEngineVersion",
                           "spark.network.crypto.cipher",
                           "spark.network.sasl.serverAlwaysEncrypt",
                           "spark.ssl.enabled",
                           "spark.ssl.standalone.enabled",
                           "spark.ssl.rpc.enabled",
                           "spark.ssl.useNodeLocalConf",
                           "spark.metrics.conf",
                           "spark.metrics.conf.x",
                           "spark.redaction.regex",
                           "spark.deploy.recoveryTimeout",
                           "spark.deploy.recoveryCompressionCodec",
                           "spark.deploy.recoverySerializer",
                           "spark.deploy.spreadOutDrivers",
                           "spark.deploy.spreadOutApps",
                           "spark.deploy.workerSelectionPolicy",
                           "spark.deploy.maxDrivers",
                           "spark.deploy.appIdPattern",
                           "spark.deploy.driverIdPattern",
                           "spark.deploy.appNumberModulo",
                           "spark.master.useAppNameAsAppId.enabled",
                           "spark.master.useDriverIdAsAppName.enabled",
                           "spark.master.rest.host",
                           "spark.master.rest.maxThreads",
                           "spark.master.rest.filters",
                           "spark.master.rest.virtualThread.enabled",
                           "spark.master.ui.title",
                           "spark.master.ui.historyServerUrl",
                           "spark.master.ui.visibleEnvVarPrefixes"})
    EXPECT_NE(find_key(name), nullptr) << name;
}

TEST(Table, KeysOfWorkersAndApplications_AreNoRows) {
  for (const char* name :
       {"spark.worker.cleanup.enabled", "spark.cores.max", "spark.executor.memory", "spark.ssl", "spark.master"})
    EXPECT_EQ(find_key(name), nullptr) << name;
}

TEST(Documents, CommittedFiles_AreTheGeneratedOnes) {
  EXPECT_EQ(committed("docs/CONFIGURATION.md"), reference_page())
      << "run: pilotlight config docs > docs/CONFIGURATION.md";
  EXPECT_EQ(committed("conf/pilotlight.yaml"), sample_file()) << "run: pilotlight config sample > conf/pilotlight.yaml";
}

TEST(Documents, Sample_IsAValidConfigurationAsItIsAndWithEveryKeyUncommented) {
  const auto as_it_is = load_text(sample_file());
  EXPECT_TRUE(as_it_is.settings.has_value());
  EXPECT_TRUE(as_it_is.merged.values.empty());
  std::string uncommented;
  std::size_t keys = 0;
  const std::string text = sample_file();
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    std::string line = text.substr(begin, end - begin);
    if (line.starts_with("#spark.") || line.starts_with("#pilotlight.")) {
      line.erase(0, 1);
      ++keys;
    }
    uncommented += line + "\n";
    begin = end + 1;
  }
  const auto loaded = load_text(uncommented);
  EXPECT_THAT(loaded.errors, ::testing::IsEmpty());
  EXPECT_EQ(loaded.merged.values.size(), keys);
  EXPECT_EQ(keys, filled_keys().size());
}

TEST(Documents, ReferencePage_HoldsEveryKeyAndEveryReason) {
  const auto page = reference_page();
  for (const Key* key : all_keys()) {
    EXPECT_THAT(page, HasSubstr("| `" + std::string(key->name) + "`"));
    for (const auto variable : words(key->environment)) EXPECT_THAT(page, HasSubstr(std::string(variable)));
  }
}

TEST(Redact, SecretsByKeyOrValue_AreHidden) {
  for (const char* key : {"spark.authenticate.secret", "a.PASSWORD", "x.Token", "my.access.key", "my.accessKey"})
    EXPECT_EQ(redact(key, "v"), redacted) << key;
  EXPECT_EQ(redact("plain", "has a token inside"), redacted);
  EXPECT_EQ(redact("spark.worker.timeout", "60"), "60");
}

TEST(Show, OnATerminal_ColumnsStandUnderEachOtherWithin80) {
  const auto loaded = load_text("spark.worker.timeout: 30\n", {"pilotlight.log.level=warn"});
  const auto text = show(loaded, 80, false);
  EXPECT_THAT(text, HasSubstr("spark.worker.timeout                     30               /p.yaml:1\n"));
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(Show, InAPipe_IsOneTabbedLinePerKey) {
  const auto loaded = load_text("", {"pilotlight.log.level=warn"});
  const auto text = show(loaded, std::nullopt, false);
  EXPECT_THAT(text, HasSubstr("\npilotlight.log.level\twarn\t-c\n"));
  EXPECT_THAT(text, HasSubstr("pilotlight.master.host\tmachine\tdefault\n"));
}

TEST(Show, OnlySet_LeavesDefaultsOutAndSaysWhatHasNoEffect) {
  const auto loaded = load_text("spark.master.rest.maxThreads: 67\nspark.authenticate.secret: hunter2\n",
                                {"pilotlight.log.level=warn"});
  EXPECT_EQ(show(loaded, std::nullopt, true),
            "pilotlight.log.level\twarn\t-c\n"
            "spark.authenticate.secret\t*********(redacted)\t/p.yaml:2, no effect\n"
            "spark.master.rest.maxThreads\t67\t/p.yaml:1, no effect\n");
}

TEST(Show, ControlCharacters_DoNotReachTheTerminal) {
  const auto loaded = load_text("spark.master.ui.title: \"a\\e[31m\\nb\"\n");
  EXPECT_THAT(show(loaded, std::nullopt, true), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace pilotlight::config

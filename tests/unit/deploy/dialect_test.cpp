#include "deploy/dialect.hpp"

#include <gtest/gtest.h>

namespace pilotlight::deploy {
namespace {

TEST(Descriptors, EveryClass_IsThereInEveryDialect) {
  for (const Dialect dialect : all_dialects) {
    for (std::size_t i = 0; i < class_count; ++i) {
      const auto* desc = Descriptors::of(dialect)[static_cast<Class>(i)];
      ASSERT_NE(desc, nullptr);
      EXPECT_EQ(desc->name, class_name(static_cast<Class>(i)));
      for (const auto& field : desc->fields)
        EXPECT_EQ(field.type_name != nullptr, field.type == 'L' || field.type == '[') << desc->name;
    }
  }
}

TEST(Descriptors, OfEachLine_HaveTheSuidsOfTheSpecification) {
  const auto ref = [](Dialect dialect) { return Descriptors::of(dialect)[Class::rpc_endpoint_ref]->suid; };
  EXPECT_EQ(ref(Dialect::spark_3_3), -3992716321891270988);
  EXPECT_EQ(ref(Dialect::spark_3_4), -2184441956866814275);
  EXPECT_EQ(ref(Dialect::spark_4_0), 3898290494905438830);
  EXPECT_EQ(ref(Dialect::spark_4_1), -6062078299962416402);
  EXPECT_EQ(ref(Dialect::spark_4_3), -6062078299962416402);
  EXPECT_EQ(Descriptors::of(Dialect::spark_4_3)[Class::resource_profile]->suid, -1872747411836192885);
}

TEST(Descriptors, ClassThatOnlySpark4Has_IsTheNewestOnesForSpark3) {
  EXPECT_EQ(Descriptors::of(Dialect::spark_3_3)[Class::request_readyz]->suid,
            Descriptors::of(Dialect::spark_4_3)[Class::request_readyz]->suid);
}

TEST(Descriptors, Superclasses_AreOfTheSameDialect) {
  for (const Dialect dialect : all_dialects) {
    const auto& all = Descriptors::of(dialect);
    EXPECT_EQ(all[Class::netty_rpc_endpoint_ref]->super, all[Class::rpc_endpoint_ref]);
    EXPECT_EQ(all[Class::java_io_exception]->super->super, all[Class::java_throwable]);
  }
}

TEST(DialectsWith, KnownAndUnknownSuids_AreToldApart) {
  EXPECT_EQ(dialects_with(Class::rpc_endpoint_ref, -6062078299962416402),
            set_of(Dialect::spark_4_1) | set_of(Dialect::spark_4_3));
  EXPECT_EQ(dialects_with(Class::netty_rpc_endpoint_ref, -6548222484686823432), any_dialect);
  EXPECT_EQ(dialects_with(Class::rpc_endpoint_ref, 123), 0);
  EXPECT_EQ(class_by_name("org.apache.spark.deploy.Command"), Class::command);
  EXPECT_EQ(class_by_name("org.example.Hello"), std::nullopt);
}

}  // namespace
}  // namespace pilotlight::deploy

#include "deploy/dialect.hpp"

#include <unordered_map>
#include <vector>

namespace pilotlight::deploy {
namespace {

void add_fields(javaser::Graph& graph, javaser::ClassDesc& desc, std::string_view fields) {
  while (!fields.empty()) {
    const auto comma = fields.find(',');
    const auto field = fields.substr(0, comma);
    const auto space = field.find(' ');
    const auto type = field.substr(0, space);
    desc.fields.push_back({type.front(), field.substr(space + 1), type.size() > 1 ? graph.string(type) : nullptr});
    fields = comma == std::string_view::npos ? std::string_view{} : fields.substr(comma + 1);
  }
}

struct SuidRow {
  std::int64_t suid = 0;
  DialectSet dialects = 0;
};

}  // namespace

Descriptors::Descriptors(Dialect dialect) {
  std::array<javaser::ClassDesc*, class_count> descs{};
  std::array<const DescriptorRow*, class_count> chosen{};
  for (const auto& row : descriptor_rows()) {
    auto& mine = chosen[static_cast<std::size_t>(row.id)];
    const bool is_mine = (row.dialects & set_of(dialect)) != 0;
    // Rows stand oldest first, so what is kept of a class that this dialect lacks is the newest one's.
    if (is_mine || !mine || (mine->dialects & set_of(dialect)) == 0) mine = &row;
  }
  for (std::size_t i = 0; i < class_count; ++i) descs[i] = graph_.class_desc();
  for (std::size_t i = 0; i < class_count; ++i) {
    const DescriptorRow& row = *chosen[i];
    descs[i]->name = class_name(row.id);
    descs[i]->suid = row.suid;
    descs[i]->flags = row.flags;
    if (row.super != Class::none_) descs[i]->super = descs[static_cast<std::size_t>(row.super)];
    add_fields(graph_, *descs[i], row.fields);
    descs_[i] = descs[i];
  }
}

const Descriptors& Descriptors::of(Dialect dialect) {
  static const std::array<Descriptors, 5> all = {Descriptors(Dialect::spark_3_3), Descriptors(Dialect::spark_3_4),
                                                 Descriptors(Dialect::spark_4_0), Descriptors(Dialect::spark_4_1),
                                                 Descriptors(Dialect::spark_4_3)};
  return all[static_cast<std::size_t>(dialect)];
}

std::optional<Class> class_by_name(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, Class> map;
    for (std::size_t i = 0; i < class_count; ++i) map.emplace(class_name(static_cast<Class>(i)), static_cast<Class>(i));
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

DialectSet dialects_with(Class id, std::int64_t suid) {
  static const auto by_class = [] {
    std::array<std::vector<SuidRow>, class_count> rows;
    for (const auto& row : descriptor_rows())
      rows[static_cast<std::size_t>(row.id)].push_back({row.suid, row.dialects});
    return rows;
  }();
  DialectSet dialects = 0;
  for (const auto& row : by_class[static_cast<std::size_t>(id)])
    if (row.suid == suid) dialects |= row.dialects;
  return dialects;
}

}  // namespace pilotlight::deploy

#include "master/drivers_page.hpp"

#include <gtest/gtest.h>

namespace pilotlight::master {
namespace {

using deploy::DriverState;

/// As Spark's WorkerPage prints a row; the table of executors has other cells.
constexpr const char* page = R"(<!DOCTYPE html><html><body><span class="version" style="x">3.5.9</span>
<table><thead><tr><th>Driver ID</th></tr></thead><tbody>
<tr><td>0</td><td>RUNNING</td><td>1</td><td>512.0 MiB</td></tr>
<tr>
      <td>driver-20261121201126-0000</td>
      <td>org.example.Main</td>
      <td>FINISHED</td>
      <td sorttable_customkey="1">
        1
      </td><td sorttable_customkey="512">512.0 MiB</td><td></td>
      <td><a href="http://h:8081/logPage/?driverId=driver-20261121201126-0000&amp;logType=stdout">stdout</a></td>
      <td>

      </td>
    </tr><tr><td>my-driver-7</td><td>FINISHED</td><td>
      RUNNING
      </td></tr>
<tr><td>app-20261121-0001</td><td>driver</td><td>JUMPING</td></tr>
</tbody></table></body></html>)";

TEST(DriversPage, ListsDriversWithTheirStates) {
  const auto drivers = drivers_in_page(page);
  EXPECT_EQ(drivers, (std::map<DriverId, DriverState>{{DriverId("driver-20261121201126-0000"), DriverState::finished},
                                                      {DriverId("my-driver-7"), DriverState::running}}));
  EXPECT_TRUE(is_whole_page(page));
}

TEST(DriversPage, ATornPageIsNotWhole_AndNoRowIsInvented) {
  const std::string_view whole(page);
  for (std::size_t length = 0; length < whole.size() - 8; ++length) {
    EXPECT_FALSE(is_whole_page(whole.substr(0, length)));
    EXPECT_LE(drivers_in_page(whole.substr(0, length)).size(), 2U);
  }
}

TEST(DriversPage, OddCellsAreNoDrivers) {
  EXPECT_TRUE(drivers_in_page("<tr><td></td><td>c</td><td>FINISHED</td></tr>").empty());
  EXPECT_TRUE(drivers_in_page("<tr><td><a>d</a></td><td>c</td><td>FINISHED</td></tr>").empty());
  EXPECT_TRUE(drivers_in_page("<tr><td>" + std::string(300, 'd') + "</td><td>c</td><td>FINISHED</td></tr>").empty());
  EXPECT_TRUE(drivers_in_page("<tr><td>d</td><td>FINISHED</td></tr>").empty());
}

}  // namespace
}  // namespace pilotlight::master

// gallery FOLDER: writes every scene's page and the static files, so that people and browsers can look at them
// without a cluster (tests/pages/README.md).
#include <filesystem>
#include <fstream>
#include <iostream>

#include "http/static_files.hpp"
#include "http/views.hpp"
#include "pages/scenes.hpp"

namespace {

using namespace pilotlight;

void write(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: gallery FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto now = pages::scene_now();
  for (const auto& scene : pages::scenes()) {
    write(folder / (scene.name + ".html"), http::main_page(scene.state, now, scene.cluster, scene.context));
    if (scene.name != "busy") continue;
    for (const auto& [id, app] : scene.state.apps) {
      if (app.removed_executors.empty()) continue;
      write(folder / "app.html", http::app_page(scene.state, now, id.text, scene.cluster, scene.context));
    }
    write(folder / "waiting-app.html",
          http::app_page(scene.state, now, scene.state.apps.rbegin()->first.text, scene.cluster, scene.context));
    write(folder / "no-app.html", http::app_page(scene.state, now, "app-none", scene.cluster, scene.context));
  }
  for (const auto* path : {"/static/pilotlight.css", "/static/pilotlight.js", "/static/pilotlight.svg"})
    write(folder / std::string_view(path).substr(1), http::static_file(path)->body);
  return 0;
}

#include "services/host/command_line.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gyre/abi.h"
#include "services/host/check_command.h"
#include "services/host/configuration.h"
#include "services/host/describe_command.h"
#include "services/host/explain_command.h"
#include "services/host/index_command.h"
#include "services/host/lint_command.h"
#include "services/host/remote_configuration.h"
#include "services/host/serve.h"

namespace gyre::host {
namespace {

void add_serve(CLI::App& app, ServeOptions& options) {
  CLI::App* const serve = app.add_subcommand(
      "serve",
      "Serve folders of CF NetCDF and Zarr as WCS and WMS. nginx stands in front and reaches\n"
      "Gyre by FastCGI (conf/nginx.conf shows how); examples/serve starts both.");
  serve
      ->add_option("--data", options.data,
                   "A folder with data (or one file); may be given several times")
      ->type_name("DIR");
  serve
      ->add_option("--config", options.config_file, "Configuration; see gyre check-config --sample")
      ->type_name("FILE");
  auto* const socket =
      serve->add_option("--socket", options.socket, "Unix socket for FastCGI")->type_name("PATH");
  serve->add_option("--listen", options.listen, "TCP address for FastCGI instead")
      ->type_name("HOST:PORT")
      ->excludes(socket);
  serve
      ->add_option("--state", options.state,
                   "Gyre's own folder; never within the data. Default: $STATE_DIRECTORY,\n"
                   "else gyre below $XDG_STATE_HOME or ~/.local/state")
      ->type_name("DIR");
  serve->add_option("--threads", options.threads, "Requests worked on at a time (64)")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  serve
      ->add_option("--public-url", options.public_url,
                   "The address clients use, when it is not nginx's own")
      ->type_name("URL");
  serve->add_option("--modules", options.modules, "A folder with modules of third parties")
      ->type_name("DIR")
      ->allow_extra_args(false);
  serve->add_option("--log-level", options.log_level, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  serve
      ->add_option("--die-with", options.die_with,
                   "End when the process that started this one, which must be PID, ends")
      ->type_name("PID");
}

struct CheckOptions {
  ServeOptions where;
  bool sample = false, schema = false;
};

void add_check_config(CLI::App& app, CheckOptions& options) {
  CLI::App* const check = app.add_subcommand(
      "check-config", "Check a configuration file; says file, line, key and what was expected.");
  check->add_option("file", options.where.config_file, "The file to check")->type_name("FILE");
  check
      ->add_option("--state", options.where.state,
                   "Gyre's own folder, as for serve: what its index knows of the data is compared "
                   "with\n`datasets`")
      ->type_name("DIR");
  check->add_flag("--sample", options.sample, "Print a commented sample of every key");
  check->add_flag("--schema", options.schema, "Print the JSON Schema of the configuration");
}

int check_config(const CheckOptions& options) {
  if (options.sample) fmt::print("{}", sample_configuration());
  if (options.schema) fmt::print("{}", configuration_schema());
  if (options.sample || options.schema) return 0;
  if (options.where.config_file.empty()) {
    fmt::print(stderr, "gyre check-config: which FILE? See gyre check-config --help\n");
    return 2;
  }
  return run_check_config(options.where, std::cout, std::cerr);
}

struct DescribeOptions {
  std::string path, config_file;
  bool yaml = false, json = false;
};

void add_describe(CLI::App& app, DescribeOptions& options) {
  CLI::App* const describe = app.add_subcommand(
      "describe",
      "Say what of a file or folder would be published, under which ids, and what not and why.");
  describe->add_option("path", options.path, "The file or folder")
      ->type_name("FILE|DIR")
      ->required();
  describe->add_option("--config", options.config_file, "Configuration, for its `datasets:`")
      ->type_name("FILE");
  CLI::Option* const yaml = describe->add_flag(
      "--yaml", options.yaml, "As `datasets:` of a configuration, which pins the ids");
  describe->add_flag("--json", options.json, "For programs")->excludes(yaml);
}

int describe(const DescribeOptions& options) {
  const DescribeFormat format = options.yaml   ? DescribeFormat::Yaml
                                : options.json ? DescribeFormat::Json
                                               : DescribeFormat::Text;
  const Configuration configuration =
      options.config_file.empty() ? Configuration() : load_configuration(options.config_file);
  return run_describe(options.path, format, std::cout, configuration.datasets);
}

struct IndexOptions {
  ServeOptions where;
  bool status = false, json = false;
};

void add_index(CLI::App& app, IndexOptions& options) {
  CLI::App* const index = app.add_subcommand(
      "index",
      "Look into all data that is new or changed, so that a server starts with it; or say what is\n"
      "known. (A server does so by itself, while it serves.)");
  index->add_option("--data", options.where.data, "A folder with data; may be given several times")
      ->type_name("DIR");
  index->add_option("--config", options.where.config_file, "Configuration, as for serve")
      ->type_name("FILE");
  index->add_option("--state", options.where.state, "Gyre's own folder, as for serve")
      ->type_name("DIR");
  CLI::Option* const status = index->add_flag(
      "--status", options.status,
      "Per dataset: files, steps, holes, duplicates, and what is not served and why; opens no\n"
      "data, and may be asked while a server runs");
  index->add_flag("--json", options.json, "For programs")->needs(status);
}

int index(const IndexOptions& options) {
  const Configuration configuration = configuration_of(options.where);
  coverage::remote::configure(remote_settings(configuration, options.where.credentials));
  return options.status ? run_index_status(configuration, options.json, std::cout)
                        : run_index(configuration, std::cout);
}

void add_lint(CLI::App& app, LintOptions& options) {
  CLI::App* const lint = app.add_subcommand(
      "lint",
      "Say what users of a file or folder will run into (half-cell shifts, holes, wrong units,\n"
      "slow chunks ...), what it means for them, and what to do. Status 1 when there are errors.");
  lint->add_option("path", options.path, "The file or folder")->type_name("FILE|DIR")->required();
  lint->add_option("--config", options.config_file,
                   "A configuration: its attributes: are taken as the files' own")
      ->type_name("FILE");
  lint->add_flag("--json", options.json, "For programs");
  lint->add_flag("!--no-hints", options.hints, "Tell errors and warnings alone");
}

struct ExplainOptions {
  std::string url, body_file;
  bool json = false;
};

void add_explain(CLI::App& app, ExplainOptions& options) {
  CLI::App* const explain = app.add_subcommand(
      "explain",
      "What a request to a running server would cost: files, chunks, bytes and time, without its\n"
      "doing the work. The same as GYRE=explain among the request's parameters.");
  explain->add_option("url", options.url, "The request")->type_name("URL")->required();
  explain->add_option("--post", options.body_file, "A request in XML to post there")
      ->type_name("FILE");
  explain->add_flag("--json", options.json, "For programs");
}

int lint(LintOptions options) {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 1) {
    options.colours = std::getenv("NO_COLOR") == nullptr;  // NOLINT(concurrency-mt-unsafe)
    constexpr std::size_t kWidest = 120;
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
      options.width = std::min<std::size_t>(size.ws_col, kWidest);
    }
  }
  return run_lint(options, std::cout);
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const Environment& environment) {
  CLI::App app("Gyre: a coverage server for ocean and Earth-system science.", "gyre");
  app.set_version_flag("--version", GYRE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "A folder becomes services in one line:\n"
      "  examples/serve /srv/data 8080\n"
      "which is nginx in front of\n"
      "  gyre serve --data /srv/data --socket /run/gyre/gyre.socket");
  ServeOptions serve_options;
  serve_options.program_folder = environment.program_folder;
  serve_options.default_state = environment.state_directory;
  serve_options.credentials = environment.credentials;
  DescribeOptions describe_options;
  CheckOptions check_options;
  check_options.where.program_folder = environment.program_folder;
  check_options.where.default_state = environment.state_directory;
  LintOptions lint_options;
  ExplainOptions explain_options;
  IndexOptions index_options;
  index_options.where.default_state = environment.state_directory;
  index_options.where.credentials = environment.credentials;
  add_serve(app, serve_options);
  add_describe(app, describe_options);
  add_index(app, index_options);
  add_lint(app, lint_options);
  add_explain(app, explain_options);
  add_check_config(app, check_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    if (app.got_subcommand("describe")) return describe(describe_options);
    if (app.got_subcommand("lint")) return lint(lint_options);
    if (app.got_subcommand("explain")) {
      return run_explain(explain_options.url, explain_options.body_file, explain_options.json,
                         std::cout, std::cerr);
    }
    if (app.got_subcommand("index")) return index(index_options);
    if (app.got_subcommand("check-config")) return check_config(check_options);
    return serve(serve_options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "gyre: {}\n", error.what());
    return 1;
  }
}

}  // namespace gyre::host

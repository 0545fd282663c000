#include "services/host/config_keys.h"

#include <array>

#include <fmt/format.h>

namespace gyre::host {
namespace {

using C = Configuration;
using coverage::DatasetOverlay;

constexpr double kMany = 1e15;

constexpr std::array kConfigurationKeys{
    Key<C>{"server.public_url",
           "The address clients use, when it is not the one nginx listens on:\n"
           "\"https://data.example.org/gyre\". Every link in every answer begins with it.",
           "", [](C& c) -> Slot { return &c.server.public_url; }},
    Key<C>{"server.names",
           "Without public_url: the host names (any port) that links may repeat from a request's\n"
           "Host header. Other Host headers are not believed; links then use the first name.",
           "", [](C& c) -> Slot { return &c.server.names; }},
    Key<C>{"server.trusted_proxies",
           "Addresses (or networks, 10.0.0.0/8) of proxies in front of nginx whose Forwarded and\n"
           "X-Forwarded-* headers are believed.",
           "", [](C& c) -> Slot { return &c.server.trusted_proxies; }},
    Key<C>{"server.socket", "Unix socket for FastCGI, where nginx's fastcgi_pass points.",
           "/run/gyre/gyre.socket", [](C& c) -> Slot { return &c.server.socket; }},
    Key<C>{"server.listen", "Or a TCP address for FastCGI: \"127.0.0.1:9000\".", "",
           [](C& c) -> Slot { return &c.server.listen; }},
    Key<C>{"server.threads", "Requests worked on at a time.", "",
           [](C& c) -> Slot { return &c.server.threads; }, 1, 4096},
    Key<C>{"executor.threads", "Threads that decode, draw and encode; 0: as many as cores.", "",
           [](C& c) -> Slot { return &c.executor_threads; }, 0, 1024},
    Key<C>{
        "memory.budget_mb",
        "Megabytes that caches and the work on requests take together. What is larger waits for\n"
        "room. Reader processes have bounds of their own (readers.memory_mb).",
        "", [](C& c) -> Slot { return &c.memory_mb; }, 128, 1'000'000},
    Key<C>{"services",
           "Which services run, in this order; empty: all that are installed.\n"
           "home is the landing page and /healthz.",
           "[home, wcs, wms]", [](C& c) -> Slot { return &c.services; }},
    Key<C>{"modules.path", "Folders with modules of third parties, beside the installed ones.",
           "[/usr/local/lib/gyre/modules]", [](C& c) -> Slot { return &c.module_paths; }},
    Key<C>{"archive.roots",
           "Folders (or single files) with data; --data adds to them. Addresses too:\n"
           "https://host/x.zarr, s3://bucket/x.zarr, .../references.json, .../file.nc; on S3 also\n"
           "folders (s3://bucket/folder/) and patterns (s3://bucket/*.zarr).",
           "[/srv/data]", [](C& c) -> Slot { return &c.archive.roots; }},
    Key<C>{"archive.rescan_s",
           "Seconds between looks at everything. Changes on local disks are seen at once; this is "
           "for what\n"
           "the kernel does not tell: disks of other machines, targets of links. (At most 2 where\n"
           "the kernel cannot watch all folders.)",
           "", [](C& c) -> Slot { return &c.archive.rescan_s; }, 0.1, 86400},
    Key<C>{
        "readers.processes",
        "Processes that look into files, beside one for requests; 0: as many as cores. What the\n"
        "NetCDF, HDF5 and GDAL libraries do to a damaged file happens there.",
        "", [](C& c) -> Slot { return &c.readers.processes; }, 0, 1024},
    Key<C>{"readers.memory_mb", "The memory each may take; a file that needs more is refused.", "",
           [](C& c) -> Slot { return &c.readers.memory_mb; }, 128, 1048576},
    Key<C>{"readers.inspect_s", "Seconds in which a file must be looked into; else it is refused.",
           "", [](C& c) -> Slot { return &c.readers.inspect_s; }, 0.1, 86400},
    Key<C>{"readers.read_s", "Seconds in which one read must be done.", "",
           [](C& c) -> Slot { return &c.readers.read_s; }, 0.1, 86400},
    Key<C>{
        "state.directory",
        "Where Gyre keeps what it makes: the index, what was read from addresses, answers being\n"
        "sent (conf/README.md says how much room these want). Never within the data. Without:\n"
        "$STATE_DIRECTORY, else gyre below $XDG_STATE_HOME or ~/.local/state.",
        "/var/lib/gyre", [](C& c) -> Slot { return &c.state_directory; }},
    Key<C>{"remote.cache_bytes",
           "Bytes of the disk below state.directory that are used for what was read over the\n"
           "network: the data used last.",
           "", [](C& c) -> Slot { return &c.remote.cache_bytes; }, 0, kMany},
    Key<C>{"remote.recheck_s", "Seconds between looks for new versions of what lies at addresses.",
           "", [](C& c) -> Slot { return &c.remote.recheck_s; }, 0.1, 86400},
    Key<C>{"remote.max_age_s",
           "Seconds after which chunks of Zarr stores at addresses are asked for again though the\n"
           "metadata of the store stayed the same.",
           "", [](C& c) -> Slot { return &c.remote.max_age_s; }, 1, 1e9},
    Key<C>{
        "remote.references_may_read",
        "Where tables of references (kerchunk) may lead, beside archive.roots, their own folder\n"
        "and the stores: folders, and beginnings of addresses.",
        "[/srv/originals, \"s3://bucket/originals\"]",
        [](C& c) -> Slot { return &c.remote.references_may_read; }},
    Key<C>{"log.level", "The least that is logged.", "", [](C& c) -> Slot { return &c.log_level; },
           0, 0, "debug info warning error"},
    Key<C>{"identity.title", "Title of the whole service.", "",
           [](C& c) -> Slot { return &c.identity.title; }},
    Key<C>{"identity.abstract", "What it offers, in a few sentences.", "",
           [](C& c) -> Slot { return &c.identity.abstract; }},
    Key<C>{"identity.keywords", "Keywords.", "[ocean, forecast]",
           [](C& c) -> Slot { return &c.identity.keywords; }},
    Key<C>{"identity.fees", "Fees, as the capabilities tell them.", "",
           [](C& c) -> Slot { return &c.identity.fees; }},
    Key<C>{"identity.access_constraints", "Constraints on access and use.", "",
           [](C& c) -> Slot { return &c.identity.access_constraints; }},
    Key<C>{"identity.provider_name", "Who provides the service.", "",
           [](C& c) -> Slot { return &c.identity.provider_name; }},
    Key<C>{"identity.provider_site", "The provider's web site.", "",
           [](C& c) -> Slot { return &c.identity.provider_site; }},
    Key<C>{"identity.contact_name", "Whom to ask.", "",
           [](C& c) -> Slot { return &c.identity.contact_name; }},
    Key<C>{"identity.contact_position", "Their position.", "",
           [](C& c) -> Slot { return &c.identity.contact_position; }},
    Key<C>{"identity.contact_email", "Their e-mail address.", "",
           [](C& c) -> Slot { return &c.identity.contact_email; }},
    Key<C>{"identity.contact_phone", "Their telephone number.", "",
           [](C& c) -> Slot { return &c.identity.contact_phone; }},
    Key<C>{"identity.contact_address", "Street and number.", "",
           [](C& c) -> Slot { return &c.identity.contact_address; }},
    Key<C>{"identity.contact_city", "City.", "",
           [](C& c) -> Slot { return &c.identity.contact_city; }},
    Key<C>{"identity.contact_region", "State, province or region.", "",
           [](C& c) -> Slot { return &c.identity.contact_region; }},
    Key<C>{"identity.contact_postcode", "Postal code.", "",
           [](C& c) -> Slot { return &c.identity.contact_postcode; }},
    Key<C>{"identity.contact_country", "Country.", "",
           [](C& c) -> Slot { return &c.identity.contact_country; }},
    Key<C>{"identity.languages",
           "Languages there are texts in (ISO 639-1 or 639-2), the default first. A request\n"
           "chooses by LANGUAGE, AcceptLanguages or its Accept-Language header.",
           "", [](C& c) -> Slot { return &c.identity.languages; }},
    Key<C>{"status.public", "Whether anybody may see /status and /status.json.", "",
           [](C& c) -> Slot { return &c.status.everybody; }},
    Key<C>{"status.networks",
           "From where they may be seen else: addresses or networks; [] from nowhere. Behind a\n"
           "proxy give server.trusted_proxies, which say whom they ask for (X-Forwarded-For).",
           "", [](C& c) -> Slot { return &c.status.networks; }},
    Key<C>{"limits.query_bytes", "Longer query strings are refused (414).", "",
           [](C& c) -> Slot { return &c.limits.query_bytes; }, 256, 1 << 24},
    Key<C>{"limits.body_bytes", "Longer request bodies are refused (413).", "",
           [](C& c) -> Slot { return &c.limits.body_bytes; }, 1024, 1 << 30},
    Key<C>{"limits.map_width", "Widest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_width; }, 1, 65535},
    Key<C>{"limits.map_height", "Highest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_height; }, 1, 65535},
    Key<C>{"limits.map_pixels", "Largest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_pixels; }, 1, kMany},
    Key<C>{"limits.map_layers", "Layers in one map.", "",
           [](C& c) -> Slot { return &c.limits.map_layers; }, 1, 1000},
    Key<C>{"limits.cells", "Samples (of all fields) in one coverage.", "",
           [](C& c) -> Slot { return &c.limits.cells; }, 1, kMany},
    Key<C>{"limits.info_samples", "Samples of one layer in a series at a point (GetFeatureInfo).",
           "", [](C& c) -> Slot { return &c.limits.info_samples; }, 1, 1'000'000},
    Key<C>{"limits.gml_cells", "Samples in one inline GML answer.", "",
           [](C& c) -> Slot { return &c.limits.gml_cells; }, 1, kMany},
    Key<C>{"limits.subsets", "Subsets in one request.", "",
           [](C& c) -> Slot { return &c.limits.subsets; }, 1, 1000},
    Key<C>{"limits.request_timeout_s",
           "Seconds one request may be worked on; what its client makes it wait\n"
           "for is not counted.",
           "", [](C& c) -> Slot { return &c.limits.request_timeout_s; }, 0.1, 86400},
    Key<C>{
        "caching.max_age_s",
        "Seconds after which nobody is shown an old map, value, legend or coverage any more. Half "
        "of\n"
        "them may pass in a cache in front (conf/nginx-gyre-cache.conf) and half in the browser,\n"
        "without asking whether it has changed; 0: they ask each time. Documents are always asked\n"
        "for, and a map without TIME at the latest when its default time moves on.",
        "", [](C& c) -> Slot { return &c.caching.max_age_s; }, 0, 31'536'000},
    Key<C>{"caching.closed_after_days",
           "Steps whose time was so many days ago do not change any more: no file of them is\n"
           "replaced. Without it, nothing is promised. One dataset's: datasets: <id>:\n"
           "closed_after_days.",
           "30", [](C& c) -> Slot { return &c.caching.closed_after_days; }, 0, 1e6},
    Key<C>{"caching.closed_max_age_s",
           "Seconds that answers of such steps may be kept when the request names them.", "",
           [](C& c) -> Slot { return &c.caching.closed_max_age_s; }, 0, 31'536'000},
    Key<C>{"wms.exception_status",
           "HTTP status of WMS exceptions: 200 (what clients know) or that of the error, 0.", "",
           [](C& c) -> Slot { return &c.wms_exception_status; }, 0, 599},
};

constexpr std::array kStoreKeys{
    Key<StoreKeys>{"url", "The addresses it is for: all that begin with this.",
                   "\"s3://bucket/prefix\"", [](StoreKeys& s) -> Slot { return &s.settings.url; }},
    Key<StoreKeys>{"endpoint", "Of S3 that is not Amazon's: its address.",
                   "\"https://minio.example.org:9000\"",
                   [](StoreKeys& s) -> Slot { return &s.settings.endpoint; }},
    Key<StoreKeys>{"region", "Of S3: its region.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.region; }},
    Key<StoreKeys>{"virtual_host",
                   "With an endpoint: the bucket is part of the host's name, not of the path.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.virtual_host; }},
    Key<StoreKeys>{"access_key", "The access key's id; or the file that holds it.", "AKIA0EXAMPLE",
                   [](StoreKeys& s) -> Slot { return &s.settings.access_key; }},
    Key<StoreKeys>{"access_key_file", "A file with the access key's id.", "/etc/gyre/access-key",
                   [](StoreKeys& s) -> Slot { return &s.access_key_file; }},
    Key<StoreKeys>{"secret_key_file", "A file with the secret key, that others cannot read.",
                   "/etc/gyre/secret-key", [](StoreKeys& s) -> Slot { return &s.secret_key_file; }},
    Key<StoreKeys>{"session_token_file", "A file with a session token.", "/etc/gyre/session-token",
                   [](StoreKeys& s) -> Slot { return &s.session_token_file; }},
    Key<StoreKeys>{"from_environment",
                   "Keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.", "",
                   [](StoreKeys& s) -> Slot { return &s.from_environment; }},
    Key<StoreKeys>{"anonymous", "Requests are not signed.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.anonymous; }},
    Key<StoreKeys>{"opendap", "What lies below is asked by OPeNDAP.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.opendap; }},
    Key<StoreKeys>{"timeout_s", "Seconds to wait for a byte.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.timeout_s; }, 0.5, 600},
    Key<StoreKeys>{"connections", "Requests to its server at a time.", "",
                   [](StoreKeys& s) -> Slot { return &s.settings.connections; }, 1, 256},
};
/// Whoever asks for it wants one.
coverage::AggregationRule& aggregation_of(DatasetOverlay& overlay) {
  if (!overlay.aggregation) overlay.aggregation.emplace();
  return *overlay.aggregation;
}

constexpr std::array kDatasetKeys{
    Key<DatasetOverlay>{"id", "The id to publish it under.", "sst",
                        [](DatasetOverlay& d) -> Slot { return &d.id; }},
    Key<DatasetOverlay>{"title", "Title: one text, or one for each language.",
                        "{en: Sea surface temperature, fr: Température de surface de la mer}",
                        [](DatasetOverlay& d) -> Slot { return &d.description.title; }},
    Key<DatasetOverlay>{"abstract", "Abstract, likewise.", "Daily analysis, 5 km.",
                        [](DatasetOverlay& d) -> Slot { return &d.description.abstract; }},
    Key<DatasetOverlay>{"keywords", "Keywords.", "[sea surface temperature]",
                        [](DatasetOverlay& d) -> Slot { return &d.description.keywords; }},
    Key<DatasetOverlay>{"licence", "Licence.", "CC-BY-4.0",
                        [](DatasetOverlay& d) -> Slot { return &d.description.licence; }},
    Key<DatasetOverlay>{"order", "Place in lists, lower first; datasets without come after.", "1",
                        [](DatasetOverlay& d) -> Slot { return &d.order; }, -1e9, 1e9},
    Key<DatasetOverlay>{"native_format", "Media type WCS answers by default.", "application/netcdf",
                        [](DatasetOverlay& d) -> Slot { return &d.native_format; }},
    Key<DatasetOverlay>{"closed_after_days", "caching.closed_after_days of this dataset.", "30",
                        [](DatasetOverlay& d) -> Slot { return &d.closed_after_days; }, 0, 1e6},
    Key<DatasetOverlay>{"hidden", "Not published at all.", "false",
                        [](DatasetOverlay& d) -> Slot { return &d.hidden; }},
    Key<DatasetOverlay>{
        "files",
        "Joins files to this one dataset (its key above is then a name of its own): a folder, a\n"
        "glob (* within a name, ** across folders), a file, an .ncml, or a list of such, below\n"
        "the data roots. They are no datasets of their own any more.",
        "\"sst/**/*.nc\"",
        [](DatasetOverlay& d) -> Slot { return OneOrMore{&aggregation_of(d).files}; }},
    Key<DatasetOverlay>{
        "join",
        "Along which dimensions, outermost first; without: their time. [] joins the variables of\n"
        "files on one grid. What no file has as a dimension is a new one, by `names`, by a single\n"
        "variable of that name or by a global attribute: {dimension: run, attribute: run_date};\n"
        "{dimension: lead, units: hours} gives numbers their units.",
        "[run, member, time]", [](DatasetOverlay& d) -> Slot { return &aggregation_of(d).joins; }},
    Key<DatasetOverlay>{"names",
                        "What the ends of their paths tell: {run:%Y%m%dT%H} dates (%Y %y %m %b %d "
                        "%j %H %M %S %L),\n"
                        "{member} texts or numbers, {member:d} digits, * anything.",
                        "\"{run:%Y%m%d%H}/*_{member:d}.nc\"",
                        [](DatasetOverlay& d) -> Slot { return &aggregation_of(d).names; }},
    Key<DatasetOverlay>{
        "overlaps",
        "Which of several files that have the same step is used: the one modified last, or the\n"
        "first or last by path.",
        "", [](DatasetOverlay& d) -> Slot { return &aggregation_of(d).overlaps; }, 0, 0,
        "newest first last"},
    Key<DatasetOverlay>{
        "strict_attributes", "Leave out files whose variables have other attributes too.", "",
        [](DatasetOverlay& d) -> Slot { return &aggregation_of(d).strict_attributes; }},
    Key<DatasetOverlay>{"keep_files", "The files stay datasets of their own besides.", "",
                        [](DatasetOverlay& d) -> Slot { return &aggregation_of(d).keep_files; }},
};

constexpr std::array kFieldKeys{
    Key<FieldOverlay>{"name", "The name to publish it under.", "sst",
                      [](FieldOverlay& f) -> Slot { return &f.name; }},
    Key<FieldOverlay>{"title", "Title of one field.", "{en: Temperature}",
                      [](FieldOverlay& f) -> Slot { return &f.text.title; }},
    Key<FieldOverlay>{"abstract", "Abstract of one field.", "At 0.2 m, before sunrise.",
                      [](FieldOverlay& f) -> Slot { return &f.text.abstract; }},
};

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

std::span<const Key<Configuration>> configuration_keys() { return kConfigurationKeys; }
std::span<const Key<StoreKeys>> store_keys() { return kStoreKeys; }
std::span<const Key<DatasetOverlay>> dataset_keys() { return kDatasetKeys; }
std::span<const Key<FieldOverlay>> field_keys() { return kFieldKeys; }

std::string expectation(const Slot& slot, double low, double high, std::string_view choices) {
  const auto range = [&] {
    return low == 0 && high == 0 ? std::string(", 0 or more")
                                 : fmt::format(" from {:.15g} to {:.15g}", low, high);
  };
  if (!choices.empty()) return fmt::format("one of {}", choices);
  return std::visit(
      Overloaded{
          [](std::string*) { return std::string("a text"); },
          [](std::optional<std::string>*) { return std::string("a text"); },
          [](bool*) { return std::string("true or false"); },
          [&](int*) { return "a whole number" + range(); },
          [&](std::size_t*) { return "a whole number" + range(); },
          [&](std::optional<long>*) { return "a whole number" + range(); },
          [&](double*) { return "a number" + range(); },
          [](std::vector<std::string>*) { return std::string("a list of texts"); },
          [](OneOrMore) { return std::string("a text, or a list of texts"); },
          [](std::optional<std::vector<coverage::JoinedDimension>>*) {
            return std::string(
                "names of dimensions, or {dimension: …, attribute: …, units: …}, or "
                "a list of such");
          },
          [](coverage::AggregationRule::Overlaps*) { return std::string("newest, first or last"); },
          [](coverage::LocalizedText*) {
            return std::string("a text, or texts by language ({en: …, fr: …})");
          },
      },
      slot);
}

}  // namespace gyre::host

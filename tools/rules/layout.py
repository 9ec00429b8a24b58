"""Who may include whom: the rooms of HACKING.md's table, and what an installed header may ask of its reader."""
import re
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
ROW = re.compile(r"^\| `(\w+)/` \|", re.MULTILINE)
NOT_INSTALLED = re.compile(r"cli/|precompiled\.h$|.*-inl\.h$")  # cmake/Package.cmake
THIRD_PARTIES = ("mdsm/", "ATen/", "c10/", "fmt/")
STANDARD = set("""
algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts condition_variable coroutine
deque exception execution filesystem format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream
istream iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue random
ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf
string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set
utility valarray variant vector version cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal
cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
""".split())

def rooms(root: Path) -> list[str]:
    """The rooms in the order of HACKING.md's table."""
    return ROW.findall((root / "HACKING.md").read_text())

def includes(path: Path) -> list[tuple[int, str, str]]:
    """(line, '<' or '"', what is included)"""
    lines = path.read_text().split("\n")
    found = [(number, INCLUDE.match(line)) for number, line in enumerate(lines, 1)]
    return [(number, match[1], match[2]) for number, match in found if match]

def room_order(root: Path) -> list[str]:
    """A room includes itself and rooms above it, and so do its tests: there is neither an arrow against the order nor a circle."""
    order, wrong = rooms(root), []
    source = root / "src/mdsm"
    folders = {path.name for path in source.iterdir() if path.is_dir()}
    wrong += [f"HACKING.md: no row for src/mdsm/{name}/" for name in sorted(folders - set(order))]
    wrong += [f"HACKING.md: a row for {name}/, which is not in src/mdsm/" for name in order if name not in folders]
    files = [(path.relative_to(source).parts[0], path) for path in sorted(source.rglob("*.[hc]*"))]
    files += [(path.relative_to(root / "tests").parts[0], path) for path in sorted((root / "tests").rglob("*_test.cc"))]
    for room, path in files:
        if room not in order or path.suffix not in (".h", ".cc"):
            continue
        for line, _, name in includes(path):
            parts = name.split("/")
            if parts[0] != "mdsm" or len(parts) < 3 or parts[1] not in order:
                continue
            if order.index(parts[1]) > order.index(room):
                wrong.append(f"{path.relative_to(root)}:{line}: {room}/ includes {parts[1]}/, a room below it (HACKING.md)")
            elif not (root / "src" / name).exists() and not name.endswith(".pb.h"):
                wrong.append(f"{path.relative_to(root)}:{line}: there is no {name}")
    return wrong

def installed_headers(root: Path) -> list[str]:
    """A reader of our headers has mdsm, LibTorch's ATen, fmt and the standard library: nothing else (docs/adr/0004)."""
    wrong, source = [], root / "src/mdsm"
    for path in sorted(source.rglob("*.h")):
        if NOT_INSTALLED.match(str(path.relative_to(source))):
            continue
        for line, mark, name in includes(path):
            ours = name.startswith(THIRD_PARTIES) and not name.endswith((".pb.h", "-inl.h"))
            if not (ours if "/" in name or mark == '"' else name in STANDARD):
                wrong.append(f"{path.relative_to(root)}:{line}: an installed header includes {name} (mdsm, ATen, c10, fmt and std only)")
    return wrong


NAMESPACE = re.compile(r"^namespace ([\w:]*) ?\{|^(\})  // namespace")
TYPE = re.compile(r"^(?:template <[^;{]*> )?(?:struct|class|enum class|enum|union) (\w+)[^;]*\{|^using (\w+) =")


def types_of(header: Path) -> list[tuple[int, str]]:
    """(line, type with its namespaces) of all that a header defines outside of other types."""
    found, inside = [], []
    for number, line in enumerate(header.read_text().split("\n"), 1):
        namespace, defined = NAMESPACE.match(line), TYPE.match(line)
        if namespace and namespace[2]:
            inside = inside[:-1]
        elif namespace:
            inside.append(namespace[1])
        elif defined:
            found.append((number, "::".join([*inside, defined[1] or defined[2]])))
    return found


def types_once(root: Path) -> list[str]:
    """A type is defined in one header: two of one name are taken for one another by the linker, without a word."""
    first, wrong = {}, []
    for path in sorted((root / "src/mdsm").rglob("*.h")):
        name = path.relative_to(root)
        for line, defined in types_of(path):
            before = first.setdefault(defined, name)
            if before != name:
                wrong.append(f"{name}:{line}: {defined} is another type in {before}")
    return wrong

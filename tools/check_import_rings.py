"""Finds rings of imports, those inside functions and under TYPE_CHECKING included."""

import sys
from graphlib import CycleError, TopologicalSorter

import grimp

PACKAGES = ("config", "conferencing", "calls", "localtwilio", "tools")


def main() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as ring:
        sys.exit("A ring of imports: " + " → ".join(ring.args[1][::-1]))
    print(f"{len(imports)} modules, no ring.")


if __name__ == "__main__":
    main()

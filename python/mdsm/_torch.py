"""PyTorch, checked: libmdsm runs on the LibTorch that the user's own PyTorch has loaded."""

NEEDED = "2.11"  # whose LibTorch the extension was compiled against (python/CMakeLists.txt says which in _core)


def import_torch():
    """PyTorch of the version that is needed.

    :raises ImportError: with the version found and the one needed
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            f"mdsm needs PyTorch {NEEDED} (none is installed). Install it: pip install 'torch=={NEEDED}.*'"
        ) from error
    found = torch.__version__
    if found.split("+")[0].rsplit(".", 1)[0] != NEEDED:
        raise ImportError(
            f"mdsm needs PyTorch {NEEDED} (found {found}, whose LibTorch is another). "
            f"Install it: pip install 'torch=={NEEDED}.*', or build mdsm anew beside {found}."
        )
    return torch

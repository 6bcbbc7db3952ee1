# Finds a Python that is new enough. Sourced by bin/up and bin/test; leaves its path in $python.
# PYTHON=/path/to/python chooses one.

python=
found=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    version=$("$candidate" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
    found="$found $candidate is $version;"
done
if [ -z "$python" ]; then
    echo "Python 3.11 or later is needed:${found:- none is installed;} on Debian or Ubuntu install it with: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi

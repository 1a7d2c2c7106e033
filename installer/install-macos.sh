#!/bin/sh
# Installs the TabAgent native host for the current user on macOS, or removes it again.
set -eu

usage() {
    cat <<'TEXT'
Usage: install-macos.sh --extension-id ID [--extension-id ID ...] [--from FOLDER]
       install-macos.sh --uninstall

  --extension-id ID  an extension that may start the host (see chrome://extensions); repeatable
  --from FOLDER      the folder with the published "tabagent"; default: the folder above this script
  --uninstall        unregister from all browsers and remove the program

The program is copied to ~/Library/Application Support/TabAgent/bin. No administrator rights are needed.
Models, conversations and settings are never touched.
TEXT
}

fail() {
    printf 'install-macos.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

# The folder is filled beside its place and then swapped in, so that a failed copy leaves the old program usable.
copy_program() {
    for program in tabagent tabagent-host; do
        [ -f "$from/$program" ] || fail "there is no $program in $from; give the published folder with --from"
    done
    source_folder=$(CDPATH='' cd -- "$from" && pwd -P)
    mkdir -p -- "$target"
    target_folder=$(CDPATH='' cd -- "$target" && pwd -P)
    if [ "$source_folder" = "$target_folder" ]; then
        return
    fi
    case "$target_folder/" in
        "$source_folder"/*) fail "$target lies inside $from; give another folder with --from" ;;
    esac

    new="$target.new.$$"
    rm -rf -- "$new"
    trap 'rm -rf -- "$new"' EXIT
    cp -R -- "$source_folder" "$new"
    chmod u+x "$new/tabagent" "$new/tabagent-host"

    # A downloaded program carries a mark that keeps macOS from starting it without a question nobody would see.
    if command -v xattr >/dev/null 2>&1; then
        xattr -dr com.apple.quarantine "$new" 2>/dev/null || true
    fi
    rm -rf -- "$target"
    mv -- "$new" "$target"
    trap - EXIT
}

uninstall() {
    if [ -x "$target/tabagent" ]; then
        # Away from its place first: a port that a browser still has open would start the program again as soon as it has ended.
        gone="$target.gone.$$"
        mv -- "$target" "$gone"
        trap 'mv -- "$gone" "$target"' EXIT
        "$gone/tabagent" unregister
        trap - EXIT
        rm -rf -- "$gone"
    else
        echo "No program in $target; nothing to unregister."
    fi
    rm -rf -- "$target"
    rmdir -- "$data/TabAgent" 2>/dev/null || true
    rm -rf -- "$HOME/Library/Logs/TabAgent" "$HOME/Library/Caches/TabAgent"
    echo "Removed $target"
}

data="$HOME/Library/Application Support"
target=$data/TabAgent/bin
from=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
mode=install
ids=0

# The arguments for "tabagent register" are gathered in "$@" itself: the only list that keeps spaces in a POSIX shell.
remaining=$#
while [ "$remaining" -gt 0 ]; do
    option=$1
    shift
    remaining=$((remaining - 1))
    case $option in
        --extension-id | --from)
            [ "$remaining" -gt 0 ] || fail "$option needs a value" 2
            value=$1
            shift
            remaining=$((remaining - 1))
            if [ "$option" = --from ]; then
                from=$value
            else
                set -- "$@" --extension-id "$value"
                ids=$((ids + 1))
            fi
            ;;
        --uninstall) mode=uninstall ;;
        --help | -h)
            usage
            exit 0
            ;;
        *)
            usage >&2
            fail "unknown option $option" 2
            ;;
    esac
done

if [ "$mode" = uninstall ]; then
    uninstall
    exit 0
fi

if [ "$ids" -eq 0 ]; then
    usage >&2
    fail "say which extension may start the host: --extension-id ID" 2
fi
copy_program
echo "Installed in $target"
"$target/tabagent" register "$@"

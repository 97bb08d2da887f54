"""What Helm makes of our chart, and what is wrong with what it made."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

KUBERNETES = Path(__file__).parents[1] / "docker" / "kubernetes"
CHART = KUBERNETES / "pgtoll"
CLOUD_NATIVE_PG = KUBERNETES / "cloudnative-pg"
VERSIONS = ("1.30", "1.34")  # of Kubernetes: the oldest that the chart is for, and a newer one
FOREIGN = {"postgresql.cnpg.io/v1", "monitoring.coreos.com/v1"}  # kinds that operators bring

helm = pytest.mark.skipif(
    find_spec("helm_python") is None,
    reason="no Helm: pip install helm-python-sdk has no wheel here",
)

Manifest = dict[str, Any]
Values = dict[str, Any]

LEAST: Values = {
    "server": {"existingSecret": {"name": "pgtoll-server"}},
    "trust": {"existingConfigMap": "vendor-keys"},
}


def rendered(values: Values, name: str = "pgtoll", chart: Path = CHART) -> list[Manifest]:
    """Return the manifests of a release. Raises Helm's errors."""
    from helm_python import Chart

    with Chart.load(chart) as loaded:
        loaded.validate_schema(values)
        made = loaded.render(values, name=name, namespace="shop")
    texts = [text for path, text in made.items() if path.endswith(".yaml")]
    return [one for text in texts for one in yaml.safe_load_all(text) if one]


def notes(values: Values) -> str:
    """Return what whoever installs the release is told."""
    from helm_python import Chart

    with Chart.load(CHART) as loaded:
        made = loaded.render(values, name="pgtoll", namespace="shop")
    return next(text for path, text in made.items() if path.endswith("NOTES.txt"))


def one(manifests: list[Manifest], kind: str, name: str = "") -> Manifest:
    """Return the only manifest of a kind, or of a kind and a name."""
    found = [each for each in manifests if each["kind"] == kind]
    if name:
        found = [each for each in found if each["metadata"]["name"] == name]
    assert len(found) == 1, [each["metadata"]["name"] for each in found]
    return found[0]


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Yield the pods that manifests make: whose, and the pod's specification."""
    for each in manifests:
        if each["kind"] in ("Deployment", "Job"):
            yield f"{each['kind']} {each['metadata']['name']}", each["spec"]["template"]["spec"]


def faults(manifest: Manifest, version: str) -> list[str]:
    """Return what is wrong with a manifest by the schemas of a version; unknown fields are."""
    if manifest["apiVersion"] in FOREIGN:
        return []
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return [f"{manifest['kind']} {manifest['metadata']['name']}: {error}"]
    return []


def lax(pod: Manifest) -> list[str]:
    """Return what in a pod the Pod Security Standard "restricted" does not admit."""
    found = [key for key in ("hostNetwork", "hostPID", "hostIPC") if pod.get(key)]
    whole = pod.get("securityContext", {})
    allowed = {"configMap", "secret", "emptyDir", "projected", "downwardAPI"}
    for volume in pod.get("volumes", ()):
        found += [f"volume {kind}" for kind in volume.keys() - {"name"} - allowed]
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False:
            found.append("allowPrivilegeEscalation")
        if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
            found.append("capabilities")
        if not {**whole, **own}.get("runAsNonRoot") or {**whole, **own}.get("runAsUser") == 0:
            found.append("runAsNonRoot")
        profile = {**whole, **own}.get("seccompProfile", {}).get("type")
        if profile not in ("RuntimeDefault", "Localhost"):
            found.append("seccompProfile")
        found += [key for key in ("privileged", "procMount") if own.get(key)]
    return found

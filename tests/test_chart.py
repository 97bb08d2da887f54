"""The chart, as Helm renders it and Kubernetes' schemas judge it, for what people set."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from charts import (
    CHART,
    CLOUD_NATIVE_PG,
    LEAST,
    VERSIONS,
    Manifest,
    Values,
    faults,
    helm,
    lax,
    notes,
    one,
    pods,
    rendered,
)

from pgtoll.config import KEYS, load_config
from pgtoll.listening.addresses import address_of

pytestmark = helm

KEY = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"
SENT: Values = {
    "audit": ["postgres", "syslog:tls://log.example:6514"],
    "traces": "http://collector:4318",
    "trace_sample": 0.01,
}
REACHED: Values = {
    "to": [{"podSelector": {"matchLabels": {"app": "postgres"}}}],
    "ports": [{"port": 5432}],
}
ALL: Values = {
    "image": {"repository": "registry.example/pgtoll", "digest": "sha256:" + "0" * 64},
    "imagePullSecrets": [{"name": "registry"}],
    "server": {
        "dsn": "host=db dbname=shop user=pgtoll",
        "passwordSecret": {"name": "pgtoll-password", "key": "password"},
        "caSecret": "server-ca",
    },
    "trust": {"keys": {"vendor.pub": KEY}},
    "address": "::",
    "settings": {"customer": "acme", "impersonators": ["app", "web"], "log_format": "json", **SENT},
    "tls": {"existingSecret": "pgtoll-tls", "demand": "allow"},
    "audit": {"caSecret": "syslog-ca"},
    "console": {
        "hosts": ["licenses.example"],
        "forwarders": ["10.0.0.0/8"],
        "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "console-tls"},
    },
    "metrics": {"serviceMonitor": {"enabled": True, "labels": {"team": "data"}}},
    "licenses": {"existingSecret": "licenses"},
    "networkPolicy": {
        "clients": [{"podSelector": {"matchLabels": {"app": "shop"}}}],
        "egress": [REACHED],
    },
    "postgresPolicy": {"enabled": True, "podSelector": {"app": "postgres"}},
    "autoscaling": {"enabled": False},
    "tolerations": [{"key": "dedicated", "operator": "Exists"}],
    "nodeSelector": {"pool": "proxies"},
    "priorityClassName": "database",
}
WRITTEN = (CHART / "README.md").read_text().partition("```yaml\n")[2].partition("```")[0]
CASES = {
    "least": LEAST,
    "written": LEAST | yaml.safe_load(WRITTEN),
    "all": ALL,
    "cloudnative-pg": yaml.safe_load((CLOUD_NATIVE_PG / "values.yaml").read_text()),
}


@pytest.fixture(scope="module", params=CASES)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    """All that one set of values makes."""
    return rendered(CASES[request.param])


def environment(manifests: list[Manifest]) -> dict[str, str]:
    """Return the variables of the proxy's container that have a value of their own."""
    container = one(manifests, "Deployment")["spec"]["template"]["spec"]["containers"][0]
    return {one["name"]: one["value"] for one in container["env"] if "value" in one}


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_everything(manifests: list[Manifest], version: str) -> None:
    assert [fault for manifest in manifests for fault in faults(manifest, version)] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_what_kubernetes_does_not_know_is_found(version: str) -> None:
    for kind in ("Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "Service", "Job"):
        manifest = copy.deepcopy(next(one for one in rendered(LEAST) if one["kind"] == kind))
        manifest["spec"]["replica"] = 3
        assert faults(manifest, version), kind
    wrong = one(rendered(LEAST), "Deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["httpGet"]["port"] = []
    assert faults(wrong, version)


def test_helm_finds_nothing_to_say() -> None:
    from helm_python import lint

    said = lint(CHART, LEAST, strict=True, kube_version="v1.30.0")
    serious = [one for one in said["messages"] if one["severity"] >= 2]
    assert (serious, said["errors"]) == ([], [])


def test_every_pod_is_restricted(manifests: list[Manifest]) -> None:
    found = dict(pods(manifests))
    assert "Deployment pgtoll" in found
    for whose, pod in found.items():
        assert lax(pod) == [], whose
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["resources"]["limits"]["memory"]


def test_a_pod_that_is_not_restricted_is_found() -> None:
    for change in (
        {"allowPrivilegeEscalation": True},
        {"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}},
        {"runAsNonRoot": False},
        {"seccompProfile": {"type": "Unconfined"}},
        {"privileged": True},
    ):
        pod = dict(pods(rendered(LEAST)))["Deployment pgtoll"]
        pod["containers"][0]["securityContext"] |= change
        assert lax(pod), change
    pod["volumes"].append({"name": "host", "hostPath": {"path": "/"}})
    assert "volume hostPath" in lax(pod)


def test_every_mount_has_its_volume_and_every_probe_its_port(manifests: list[Manifest]) -> None:
    for whose, pod in pods(manifests):
        volumes = [volume["name"] for volume in pod["volumes"]]
        for container in pod["containers"]:
            assert sorted(mount["name"] for mount in container["volumeMounts"]) == sorted(volumes)
            ports = {port["name"] for port in container.get("ports", ())}
            probes = [probe for name, probe in container.items() if name.endswith("Probe")]
            assert {probe["httpGet"]["port"] for probe in probes} <= ports, whose


def test_probes_ask_what_the_program_serves() -> None:
    container = one(rendered(LEAST), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    paths = {name: container[name]["httpGet"]["path"] for name in container if "Probe" in name}
    assert paths == {
        "startupProbe": "/readyz",
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
    }


def test_the_program_understands_its_settings(
    manifests: list[Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vendor.pub").write_bytes(b"")
    given = environment(manifests)
    known = {key.variable for key in KEYS.values()}
    assert {name.removesuffix("_FILE") for name in given} <= known
    mounted = {"PGTOLL_SERVER_FILE", "PGTOLL_TRUST", "PGTOLL_TLS_CERT", "PGTOLL_TLS_KEY"}
    mounted |= {"PGTOLL_AUDIT_CA"}
    config = load_config(environment={n: v for n, v in given.items() if n not in mounted})
    assert config.operation.drain_timeout == 30
    assert [each.port for each in config.listen] == [6432]
    assert config.console.listen is not None
    assert config.operation.metrics is not None
    for listen in (*config.listen, config.console.listen, config.operation.metrics):
        assert address_of(listen) in (f"0.0.0.0:{listen.port}", f"[::]:{listen.port}")


def test_a_pod_has_time_to_drain() -> None:
    values = LEAST | {"drainTimeout": 120, "preStopSeconds": 7}
    pod = one(rendered(values), "Deployment")["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= 7 + 120 + 10
    assert pod["containers"][0]["lifecycle"]["preStop"] == {"sleep": {"seconds": 7}}


def test_services_and_policies_choose_the_proxies_alone(manifests: list[Manifest]) -> None:
    labels = one(manifests, "Deployment")["spec"]["template"]["metadata"]["labels"]
    jobs = [each for each in manifests if each["kind"] == "Job"]
    for kind in ("Service", "PodDisruptionBudget"):
        for each in (each for each in manifests if each["kind"] == kind):
            selector = each["spec"]["selector"]
            selector = selector.get("matchLabels", selector)
            assert selector.items() <= labels.items()
            for job in jobs:
                of_job = job["spec"]["template"]["metadata"]["labels"]
                assert not selector.items() <= of_job.items()


def test_postgresql_is_open_to_the_proxies_their_jobs_and_itself() -> None:
    made = rendered(CASES["cloudnative-pg"])
    policy = one(made, "NetworkPolicy", "pgtoll-postgresql")["spec"]
    own, among, operator = policy["ingress"]
    assert policy["podSelector"]["matchLabels"] == {"cnpg.io/cluster": "shop"}
    assert policy["policyTypes"] == ["Ingress"]
    assert own["ports"] == [{"port": 5432}]
    assert among["from"] == [{"podSelector": policy["podSelector"]}]
    assert [port["port"] for port in operator["ports"]] == [8000, 5432]
    (peer,) = own["from"]
    for each in (each for each in made if each["kind"] in ("Deployment", "Job")):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert peer["podSelector"]["matchLabels"].items() <= labels.items()


def test_proxies_are_open_at_their_ports_alone(manifests: list[Manifest]) -> None:
    policy = one(manifests, "NetworkPolicy", "pgtoll")["spec"]
    ports = [port["port"] for rule in policy["ingress"] for port in rule["ports"]]
    assert ports == ["postgresql", "metrics", "console"]


def test_pods_reach_what_is_listed_and_names(manifests: list[Manifest]) -> None:
    policy = one(manifests, "NetworkPolicy", "pgtoll")["spec"]
    if "egress" not in policy:
        assert policy["policyTypes"] == ["Ingress"]
        return
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    names, reached, *_ = policy["egress"]
    assert {(port["port"], port["protocol"]) for port in names["ports"]} == {
        (53, "UDP"), (53, "TCP"),
    }  # fmt: skip
    assert reached["ports"][0] == {"port": 5432}
    for each in (each for each in manifests if each["kind"] in ("Deployment", "Job")):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert policy["podSelector"]["matchLabels"].items() <= labels.items()


def test_records_and_traces_go_where_they_are_sent() -> None:
    given = environment(rendered(ALL))
    config = load_config(environment={name: given[name] for name in given if "TRACE" in name})
    assert (config.tracing.endpoint, config.tracing.sample) == (
        "http://collector:4318/v1/traces", 0.01,
    )  # fmt: skip
    assert given["PGTOLL_AUDIT"] == "postgres,syslog:tls://log.example:6514"
    assert given["PGTOLL_AUDIT_CA"] == "/etc/pgtoll/audit-ca/ca.crt"
    assert "PGTOLL_AUDIT_CA" not in environment(rendered(LEAST))


def test_of_the_servers_authority_only_its_certificate_is_mounted() -> None:
    for _, pod in pods(rendered(CASES["cloudnative-pg"])):
        (volume,) = [each for each in pod["volumes"] if each["name"] == "server-ca"]
        assert volume["secret"]["items"] == [{"key": "ca.crt", "path": "ca.crt"}]


def test_no_secret_stands_in_a_manifest(manifests: list[Manifest]) -> None:
    assert [each for each in manifests if each["kind"] == "Secret"] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"server": {"dsn": ""}}, "set server.dsn"),
        ({"server": {"dsn": "host=db password=x"}}, "has a password"),
        ({"server": {"dsn": "postgresql://me:x@db/shop"}}, "has a password"),
        ({"server": {"dsn": "host=db", "existingSecret": {"name": "s"}}}, "both set"),
        ({"trust": {}}, "public keys"),
        ({"settings": {"listen": "*:1"}}, "the chart's own"),
        ({"console": {"ingress": {"enabled": True}}}, "console.hosts"),
        ({"postgresPolicy": {"enabled": True}}, "close every pod"),
        ({"replica": 3}, "replica"),
        ({"image": {"digest": "sha1:0"}}, "digest"),
        ({"workers": "many"}, "workers"),
        ({"trust": {"keys": {"vendor.pub": "PRIVATE"}}}, "vendor.pub"),
        ({"preStopSeconds": 0}, "preStopSeconds"),
        ({"settings": {"audit": ["postgres", "file:/var/log/a"]}}, "settings.audit names a file"),
        ({"settings": {"audit": "file:/var/log/a"}}, "settings.audit names a file"),
        ({"settings": {"audit_ca": "/ca"}}, "the chart's own"),
        ({"autoscaling": {"minReplicas": 4, "maxReplicas": 3}}, "minReplicas is more"),
        ({"podDisruptionBudget": {"maxUnavailable": "0%"}}, "maxUnavailable"),
        ({"networkPolicy": {"egress": [{"from": []}]}}, "from"),
    ],
)
def test_what_cannot_work_is_said_before_it_is_installed(change: Values, said: str) -> None:
    from helm_python import HelmError

    with pytest.raises(HelmError, match=re.escape(said)):
        rendered(LEAST | {"server": LEAST["server"]} | change)


def test_whoever_installs_it_is_told_where_it_is_and_what_is_open() -> None:
    assert "pgtoll.shop.svc:5432" in notes(LEAST)
    assert "NOTHING IS ENFORCED" in notes(LEAST)
    assert "https://licenses.example/" in notes(ALL)
    assert "NOTHING IS ENFORCED" not in notes(ALL)


def test_every_value_has_its_schema_and_the_other_way_round() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())

    def differences(schema: dict[str, Any], values: Any, at: str) -> list[str]:
        if not isinstance(values, dict) or schema.get("additionalProperties") is not False:
            return []
        named = schema["properties"]
        found = [f"{at}{name}" for name in named.keys() ^ values.keys() - {"claims"}]
        for name in named.keys() & values.keys():
            found += differences(named[name], values[name], f"{at}{name}.")
        return found

    assert set(differences(schema, values, "")) <= {"global", "resources.claims"}


# CloudNativePG


def cluster() -> Manifest:
    read: Manifest = yaml.safe_load((CLOUD_NATIVE_PG / "cluster.yaml").read_text())
    return read


def test_the_cluster_has_a_synchronous_replica_and_the_role_that_init_needs() -> None:
    spec = cluster()["spec"]
    assert spec["postgresql"]["synchronous"] == {"method": "any", "number": 1}
    assert spec["instances"] > 1 + spec["postgresql"]["synchronous"]["number"]
    (role,) = spec["managed"]["roles"]
    assert {"bypassrls": True, "createrole": True, "login": True}.items() <= role.items()
    assert role["inRoles"] == ["pg_read_all_data"]
    create, grant = spec["bootstrap"]["initdb"]["postInitApplicationSQL"]
    assert create == "CREATE ROLE pgtoll LOGIN BYPASSRLS CREATEROLE IN ROLE pg_read_all_data"
    assert grant == f"GRANT CREATE ON DATABASE {spec['bootstrap']['initdb']['database']} TO pgtoll"


def test_the_values_are_those_of_the_cluster() -> None:
    name, values = cluster()["metadata"]["name"], CASES["cloudnative-pg"]
    assert f"host={name}-rw " in values["server"]["dsn"]
    assert values["server"]["caSecret"] == f"{name}-ca"
    assert values["postgresPolicy"]["podSelector"] == {"cnpg.io/cluster": name}
    (role,) = cluster()["spec"]["managed"]["roles"]
    assert values["server"]["passwordSecret"]["name"] == role["passwordSecret"]["name"]


def test_the_application_goes_through_the_proxy() -> None:
    application = yaml.safe_load((CLOUD_NATIVE_PG / "application.yaml").read_text())
    assert faults(application, VERSIONS[0]) == []
    pod = application["spec"]["template"]["spec"]
    assert lax(pod) == []
    hosts = [each.get("value") for each in pod["containers"][0]["env"] if each["name"] == "PGHOST"]
    assert hosts == [
        one(rendered(CASES["cloudnative-pg"]), "Service", "pgtoll")["metadata"]["name"]
    ]
    labels = application["spec"]["template"]["metadata"]["labels"]
    (peer,) = CASES["cloudnative-pg"]["networkPolicy"]["clients"]
    assert peer["podSelector"]["matchLabels"].items() <= labels.items()

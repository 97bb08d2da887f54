{{/* Names and labels. */}}
{{- define "pgtoll.name" -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) }}
{{- $name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "pgtoll.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pgtoll.labels" -}}
{{ include "pgtoll.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "pgtoll.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* What every pod is held to: Pod Security "restricted". */}}
{{- define "pgtoll.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "pgtoll.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* Where a pod listens: an address of IPv6 has brackets. */}}
{{- define "pgtoll.host" -}}
{{- if contains ":" .Values.address }}[{{ .Values.address }}]{{ else }}{{ .Values.address }}{{ end }}
{{- end }}

{{/* How PostgreSQL is reached. */}}
{{- define "pgtoll.serverEnv" -}}
{{- if .Values.server.existingSecret.name }}
- name: PGTOLL_SERVER_FILE
  value: /etc/pgtoll/server/{{ .Values.server.existingSecret.key }}
{{- else }}
- name: PGTOLL_SERVER
  value: {{ .Values.server.dsn | quote }}
{{- with .Values.server.passwordSecret }}
{{- if .name }}
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .name }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "pgtoll.serverMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.server.existingSecret.name }}
- name: server
  mountPath: /etc/pgtoll/server
  readOnly: true
{{- end }}
{{- if .Values.server.caSecret }}
- name: server-ca
  mountPath: /etc/pgtoll/server-ca
  readOnly: true
{{- end }}
{{- end }}

{{- define "pgtoll.serverVolumes" -}}
- name: tmp
  emptyDir:
    medium: Memory
    sizeLimit: 64Mi
{{- if .Values.server.existingSecret.name }}
- name: server
  secret:
    secretName: {{ .Values.server.existingSecret.name }}
    defaultMode: 0440
{{- end }}
{{- if .Values.server.caSecret }}
- name: server-ca
  secret:
    secretName: {{ .Values.server.caSecret }}
    defaultMode: 0440
    # There may be the authority's private key in it as well.
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- end }}

{{- define "pgtoll.trustMount" -}}
- name: trust
  mountPath: /etc/pgtoll/trust
  readOnly: true
{{- end }}

{{- define "pgtoll.trustVolume" -}}
- name: trust
  {{- if .Values.trust.existingSecret }}
  secret:
    secretName: {{ .Values.trust.existingSecret }}
    defaultMode: 0440
  {{- else }}
  configMap:
    name: {{ .Values.trust.existingConfigMap | default (printf "%s-trust" (include "pgtoll.name" .)) }}
    defaultMode: 0444
  {{- end }}
{{- end }}

{{/* What cannot work is said before anything is installed. */}}
{{- define "pgtoll.check" -}}
{{- if not (or .Values.server.dsn .Values.server.existingSecret.name) }}
{{- fail "set server.dsn, or server.existingSecret.name with the whole connection string" }}
{{- end }}
{{- if and .Values.server.dsn .Values.server.existingSecret.name }}
{{- fail "server.dsn and server.existingSecret.name are both set: unset one" }}
{{- end }}
{{- if regexMatch "(^|[ ?&])password *=|://[^/@]*:[^/@]*@" .Values.server.dsn }}
{{- fail "server.dsn has a password: put that into a secret and name it in server.passwordSecret.name" }}
{{- end }}
{{- if not (or .Values.trust.keys .Values.trust.existingConfigMap .Values.trust.existingSecret) }}
{{- fail "set trust.keys, trust.existingConfigMap or trust.existingSecret: the vendor's public keys" }}
{{- end }}
{{- if and .Values.console.ingress.enabled (or (not .Values.console.enabled) (not .Values.console.hosts)) }}
{{- fail "console.ingress needs console.enabled and console.hosts" }}
{{- end }}
{{- if and .Values.postgresPolicy.enabled (not .Values.postgresPolicy.podSelector) }}
{{- fail "postgresPolicy.podSelector is empty: it would close every pod of the namespace" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas" }}
{{- end }}
{{- if regexMatch "(^|[[ ,])file:" (toString .Values.settings.audit) }}
{{- fail "settings.audit names a file: nothing can be written in a pod, use postgres or syslog" }}
{{- end }}
{{- range $key, $_ := .Values.settings }}
{{- if has $key (list "server" "trust" "listen" "workers" "drain_timeout" "metrics" "console" "console_hosts" "console_forwarders" "tls" "tls_cert" "tls_key" "audit_ca" "config") }}
{{- fail (printf "settings.%s is a value of the chart's own" $key) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "newsearch.name" -}}
{{- printf "%s-newsearch" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "newsearch.selector" -}}
app.kubernetes.io/name: newsearch
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "newsearch.labels" -}}
{{ include "newsearch.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

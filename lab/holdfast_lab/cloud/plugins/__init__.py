"""The plugins that engines start: `pulumi-resource-gcp` and `pulumi-resource-kubernetes`."""

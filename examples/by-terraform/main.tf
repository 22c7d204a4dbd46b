# The same reservation by Terraform's kubernetes provider (kubernetes_manifest, provider 2.x).
terraform {
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }
}

provider "kubernetes" {
  config_path    = "~/.kube/config"
  config_context = "hub"
}

resource "kubernetes_manifest" "pretrain_q1" {
  manifest = {
    apiVersion = "holdfast.dev/v1alpha1"
    kind       = "CapacityReservation"
    metadata = {
      name      = "pretrain-q1"
      namespace = "mistral"
    }
    spec = {
      acceleratorType = "tpu7x"
      topology        = "4x4x4"
      count           = 2
      minCount        = 1
      window = {
        start = "2027-01-04T00:00:00Z"
        end   = "2027-04-01T00:00:00Z"
      }
    }
  }

  # To delete it gives the promise up: take this out in the change that means to.
  lifecycle {
    prevent_destroy = true
  }
}

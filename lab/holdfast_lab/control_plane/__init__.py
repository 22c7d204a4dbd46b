"""One cluster's control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok."""

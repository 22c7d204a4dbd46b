"""What a release is made of: wheels, rendered manifests, charts and a bill of materials, all from this repository.

`python -m holdfast_lab.release [FOLDER]` writes them, below build/release unless told otherwise.
"""

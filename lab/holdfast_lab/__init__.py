"""The lab: real control planes, a stand-in for the cloud, and the engines that run the stacks."""

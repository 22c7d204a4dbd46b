-- How Argo CD sees Holdfast's objects: by the conditions that kstatus reads, so that all GitOps tools say the same.
--   Stalled=True, Accepted=False    Degraded: a person has to change something
--   Ready=True, or nothing to wait for    Healthy
--   all else    Progressing: time, or the planner, ends it
local health = {status = "Healthy", message = ""}
if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = "being deleted"}
end
local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function say(word, condition)
  health = {status = word, message = condition.reason .. ": " .. (condition.message or "")}
end
local ready, stalled, accepted = conditions.Ready, conditions.Stalled, conditions.Accepted
if stalled ~= nil and stalled.status == "True" then
  say("Degraded", stalled)
elseif obj.kind == "MaintenanceWindow" and accepted ~= nil and accepted.status == "False" then
  say("Degraded", accepted)
elseif status.observedGeneration ~= nil and status.observedGeneration < obj.metadata.generation then
  health = {status = "Progressing", message = "its last change is not answered yet"}
elseif conditions.Reconciling ~= nil and conditions.Reconciling.status == "True" then
  say("Progressing", conditions.Reconciling)
elseif obj.kind == "Datacenter" and ready ~= nil and ready.status == "Unknown" then
  say("Degraded", ready)
elseif ready ~= nil and ready.status ~= "True" then
  say("Progressing", ready)
elseif ready ~= nil then
  say("Healthy", ready)
elseif obj.kind == "CapacityReservation" or obj.kind == "MaintenanceWindow" then
  if accepted == nil then
    health = {status = "Progressing", message = "not answered yet"}
  end
elseif obj.kind == "AcceleratorPool" and status.capacity ~= nil and status.capacity.deficit > 0 then
  health = {status = "Degraded", message = status.capacity.deficit .. " units promised beyond what can be delivered"}
end
return health

output "realeyez" {
  description = "Addresses and names; see modules/realeyez."
  value       = module.realeyez
}

"""How good the simulator is: published figures side by side with what the engine makes of them."""

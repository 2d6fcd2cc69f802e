from minibench.activation import activate

__all__ = ["activate"]
__version__ = "0.1.0"

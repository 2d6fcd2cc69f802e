from minibench.facade import lazy

__getattr__ = lazy(__name__, {})

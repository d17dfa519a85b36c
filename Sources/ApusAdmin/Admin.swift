import ApusProxy

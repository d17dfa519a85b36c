public enum ApusProxyPlaceholder {}

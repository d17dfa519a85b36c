public enum ApusAdminPlaceholder {}

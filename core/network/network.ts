export interface Network { readonly name: string }

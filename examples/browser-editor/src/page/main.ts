import { h, render } from 'preact'
import { App } from './app.js'
import { savedTheme, showTheme } from './theme.js'

showTheme(savedTheme())

const root = document.querySelector('#app')
if (root === null) throw new Error('the page has no #app')
render(h(App, null), root)
